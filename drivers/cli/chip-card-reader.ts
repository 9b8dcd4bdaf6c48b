import { readFile, writeFile } from "node:fs/promises";
import { aborted, pause } from "../../base/deadline.ts";
import { localDate } from "../../base/icao/dates.ts";
import { parseMrz } from "../../base/icao/mrz.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
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
import { interpretCode } from "../code-reader/interpret.ts";
import { decodeText } from "../code-reader/text.ts";
import { benchCommands, type Verdict } from "./bench.ts";
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
      summary: "wait for a card, open its chip with the key, read and verify it",
      options: {
        ...TRUST,
        mrz: {
          meaning:
            "file with the lines of the machine-readable zone or the text of the card's QR; - for standard input",
        },
        can: { meaning: "the six digits of the card access number" },
        "document-number": { meaning: "with --birth-date and --expiry-date instead of --mrz" },
        "birth-date": { meaning: "YYYY-MM-DD" },
        "expiry-date": { meaning: "YYYY-MM-DD" },
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
  const { options, signal, event } = context;
  const key = await readKey(options);
  const groups = readGroups(options.groups);
  const reader = openReader(context);
  reader.start();
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
  await reader.stop();
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
  const heard = new AbortController();
  const unsubscribe = reader.status.subscribe(({ link }) => {
    if (link === "connected") heard.abort();
  });
  reader.start();
  await pause(reachOf(context).clock, STATUS_WITHIN, AbortSignal.any([heard.signal, context.signal]));
  unsubscribe();
  const result = { ...reader.status.value, card: reader.card.value };
  await reader.stop();
  if (result.link === "connected") return { outcome: "ok", result };
  const absent = result.conditions.some(({ code }) => code === "service-absent");
  return { outcome: "error", result, error: coded(absent ? "chip-card.service-absent" : "link.absent", context.port) };
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

async function readKey(options: CliContext["options"]): Promise<ChipKey> {
  const { mrz, can } = options;
  const parts = [options["document-number"], options["birth-date"], options["expiry-date"]];
  const given = parts.filter((part) => part !== undefined).length;
  if ([mrz !== undefined, can !== undefined, given > 0].filter(Boolean).length !== 1)
    throw new UsageError("the key: one of --mrz, --can, or --document-number with --birth-date and --expiry-date");
  if (typeof can === "string") return { kind: "can", can };
  if (typeof mrz === "string") return keyInFile(mrz);
  const [documentNumber, birthDate, expiryDate] = parts;
  if (typeof documentNumber !== "string" || typeof birthDate !== "string" || typeof expiryDate !== "string")
    throw new UsageError("--document-number, --birth-date and --expiry-date belong together");
  return { kind: "mrz", documentNumber, birthDate, expiryDate };
}

async function keyInFile(file: string): Promise<ChipKey> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(file === "-" ? "/dev/stdin" : file));
  } catch (error) {
    throw new UsageError(`--mrz ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const today = localDate(systemClock.now());
  const zone = parseMrz(decodeText(bytes).trim(), today);
  if (zone.ok) return keyOf(zone.value);
  const code = interpretCode(bytes.subarray(0, endOfLine(bytes)), today);
  if (code.ok && code.value.kind === "cedula") return keyOf(code.value);
  throw new UsageError(`--mrz ${file}: neither a machine-readable zone with right check digits nor a cédula's QR`);
}

function keyOf(document: { documentNumber: string; birthDate: string; expiryDate: string }): ChipKey {
  const { documentNumber, birthDate, expiryDate } = document;
  return { kind: "mrz", documentNumber, birthDate, expiryDate };
}

function endOfLine(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return at < 0 ? bytes.length : at;
}

function readGroups(option: string | boolean | undefined): readonly DataGroup[] | undefined {
  if (typeof option !== "string") return undefined;
  return option.split(",").map((name) => {
    const group = name.trim().toUpperCase();
    if (!isDataGroup(group)) throw new UsageError(`--groups: ${name} is none of ${DATA_GROUPS.join(", ")}`);
    return group;
  });
}
