import { writeFile } from "node:fs/promises";
import { aborted, pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import { loadTrust } from "../chip-card-reader/authenticity/trust-folder.ts";
import { EMPTY_TRUST } from "../chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../chip-card-reader/driver.ts";
import { type ChipKey, type ChipReading, type DataGroup, isGenuine } from "../chip-card-reader/interface.ts";
import { DATA_GROUPS, isDataGroup } from "../chip-card-reader/lds/files.ts";
import { PcscTerminal } from "../chip-card-reader/pcsc/terminal.ts";
import { CHIP_CARD_REDACTION } from "../chip-card-reader/redaction.ts";
import { TracedTerminal } from "../chip-card-reader/traced-terminal.ts";
import { benchCommands, type Verdict } from "./bench.ts";
import { KEY_OPTIONS, namesKey, readKey } from "./chip-card-key.ts";
import { until } from "./device.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** Somebody stands there with a card; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;
/** PC/SC tells of its readers a moment after it was asked. Milliseconds. */
const STATUS_WITHIN = 3_000;
/** That somebody has to put a card on the reader in an assembly check, milliseconds. */
const CARD_WITHIN = 30_000;

const TRUST = { trust: { meaning: "folder or file with CSCA certificates or master lists (PEM, DER)" } } as const;

const CHECK = benchCommands<PcscChipCardReader>({
  options: TRUST,
  device: (context) => ok(openReader(context)),
  proof: { what: "somebody puts a card with a chip on the reader", ask: "put-card", run: awaitCard },
});

/** `npm run driver -- chip-card-reader …`, also under the name `chip-card`. */
export const chipCardReaderCli: CliKind = {
  kind: "chip-card-reader",
  models: ["pcsc"],
  defaultModel: "pcsc",
  defaultPort: "any reader of PC/SC",
  elsewhere: { pcsc: "PC/SC" },
  portMeaning: "name of the reader, or how it begins",
  redaction: () => CHIP_CARD_REDACTION,
  commands: {
    read: {
      summary:
        "wait for a card, open its chip with the key (its QR or MRZ on standard input unless an option gives it), read and verify it",
      options: {
        ...TRUST,
        ...KEY_OPTIONS,
        groups: { meaning: `which of ${DATA_GROUPS.join(",")}, with commas (DG1,DG2,DG11,DG12)` },
        portrait: { meaning: "file to write the face to" },
        short: { meaning: "only commands of short length, for a reader that breaks longer ones", flag: true },
      },
      notReplayed: "the keys of each conversation are new, and what they hide is in no trace",
      run: read,
    },
    status: { summary: "show link, readiness, conditions and whether a card is there", options: TRUST, run: status },
    "bench-check": CHECK["bench-check"],
    reset: CHECK.reset,
    watch: { summary: "tell when cards come and go, until stopped", options: {}, run: watch },
  },
};

async function read(context: CliContext): Promise<CliOutcome> {
  const { options } = context;
  const groups = readGroups(options.groups);
  const named = namesKey(options);
  const reader = openReader(context);
  reader.start();
  try {
    // Nobody is asked for a key where there is no reader to use it.
    if (!named && !(await isThere(reader, context))) return { outcome: "error", error: whyAbsent(reader, context) };
    const found = await readKey(context);
    if ("failed" in found) return found.failed;
    return await readWith(reader, found.key, groups, context);
  } finally {
    await reader.stop();
  }
}

async function readWith(
  reader: PcscChipCardReader,
  key: ChipKey,
  groups: readonly DataGroup[] | undefined,
  { options, signal, event }: CliContext,
): Promise<CliOutcome> {
  let told = "";
  const outcome = await reader.read({
    key,
    ...(groups === undefined ? {} : { groups }),
    signal,
    within: WITHIN,
    onProgress: (progress) => {
      // One line for the beginning of a file and one for its end.
      const line = progress.step === "file" ? `${progress.file} ${progress.read === progress.total}` : progress.step;
      if (line !== told) event({ event: "progress", ...progress });
      told = line;
    },
  });
  if (outcome.outcome !== "ok") return outcome;
  const { portrait } = options;
  if (typeof portrait === "string" && outcome.value.portrait !== undefined)
    await writeFile(portrait, outcome.value.portrait.bytes);
  return { outcome: "ok", result: describe(outcome.value) };
}

/** Pictures are told by their type and size: a line of JSON is for people and scripts. */
function describe({ portrait, signature, ...reading }: ChipReading): Record<string, unknown> {
  const picture = (image: ChipReading["portrait"]) =>
    image === undefined ? undefined : { mime: image.mime, bytes: image.bytes.length };
  return {
    holder: { ...reading.mrz, ...reading.person },
    document: reading.document,
    portrait: picture(portrait),
    signature: picture(signature),
    expired: reading.expired,
    genuine: isGenuine(reading.authenticity),
    authenticity: reading.authenticity,
    access: reading.access,
    groups: reading.groups,
  };
}

async function status(context: CliContext): Promise<CliOutcome> {
  const reader = openReader(context);
  reader.start();
  const there = await isThere(reader, context);
  const result = { ...reader.status.value, card: reader.card.value };
  const error = whyAbsent(reader, context);
  await reader.stop();
  return there ? { outcome: "ok", result } : { outcome: "error", result, error };
}

/** Whether PC/SC tells of the reader, a moment after it was asked. */
function isThere(reader: PcscChipCardReader, context: CliContext): Promise<boolean> {
  return until(reader.status, ({ link }) => link === "connected", STATUS_WITHIN, context);
}

function whyAbsent(reader: PcscChipCardReader, { port }: CliContext) {
  const absent = reader.status.value.conditions.some(({ code }) => code === "service-absent");
  return coded(absent ? "chip-card.service-absent" : "link.absent", port);
}

/** That a chip answers is proof enough of the reader: whose it is stays closed without a key. */
async function awaitCard(reader: PcscChipCardReader, { signal, reach }: CliContext): Promise<Verdict> {
  const answers = new AbortController();
  const look = (card: string) => {
    if (card === "present") answers.abort();
  };
  const unsubscribe = reader.card.subscribe(look);
  look(reader.card.value);
  await pause(reachOf({ reach }).clock, CARD_WITHIN, AbortSignal.any([answers.signal, signal]));
  unsubscribe();
  if (answers.signal.aborted) return { verdict: "pass", detail: "a chip answers" };
  const error = coded(reader.card.value === "mute" ? "chip-card.mute" : "chip-card.no-card", `${CARD_WITHIN} ms`);
  return { verdict: "fail", detail: error.message, error };
}

async function watch(context: CliContext): Promise<CliOutcome> {
  const { signal, event } = context;
  const reader = openReader(context);
  const tellCard = (card: string) => event({ event: "card", card });
  const subscriptions = [
    reader.status.subscribe(({ link }) => event({ event: "reader", link })),
    reader.card.subscribe(tellCard),
  ];
  reader.start();
  await aborted(signal);
  for (const unsubscribe of subscriptions) unsubscribe();
  await reader.stop();
  return { outcome: "ok", result: {} };
}

function openReader({ port, options, reach }: CliContext): PcscChipCardReader {
  const { clock, channel } = reachOf({ reach });
  const trust =
    typeof options.trust === "string" ? loadTrust(options.trust) : { ok: true as const, value: EMPTY_TRUST };
  if (!trust.ok) throw new UsageError(`--trust ${trust.error}`);
  const named = port === chipCardReaderCli.defaultPort ? {} : { reader: port };
  const terminal = new PcscTerminal({ ...named, clock });
  return new PcscChipCardReader({
    id: "chip-card-reader",
    terminal: reach === undefined ? terminal : new TracedTerminal(terminal, channel),
    trust: trust.value,
    clock,
    log: silentLogger,
    extended: options.short !== true,
  });
}

function readGroups(option: string | boolean | undefined): readonly DataGroup[] | undefined {
  if (typeof option !== "string") return undefined;
  return option.split(",").map((name) => {
    const group = name.trim().toUpperCase();
    if (!isDataGroup(group)) throw new UsageError(`--groups: ${name} is none of ${DATA_GROUPS.join(", ")}`);
    return group;
  });
}
