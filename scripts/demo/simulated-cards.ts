import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { pause } from "../../base/deadline.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { namesKey } from "../../drivers/cli/chip-card-key.ts";
import type { CliCommand, CliContext, CliKind, CliOutcome } from "../../drivers/cli/kind.ts";
import { SYNTHETIC_PEOPLE } from "../../simulators/people.ts";
import { getVirtualReader } from "../system-packages.ts";

/** The person whose card `--simulated` puts into the reader. */
const HOLDER = "12345678-5";
/** Loopback answers at once, or nothing listens there. Milliseconds. */
const DOCK_WITHIN = 1_000;
/** Between two looks whether a card is in the dock's reader, milliseconds. */
const DOCK_EVERY = 300;

const OPTION = {
  simulated: {
    meaning: "a synthetic cédula, its key and its authority, in a private pcscd that ends with the command",
    flag: true,
  },
} as const;
const WAYS =
  "`npm start` brings a simulated reader, --simulated one for this command; a real one needs pcscd, or its service's socket in PCSCLITE_CSOCK_NAME";

/** Only this much is taken from whatever answers at the dock's port. */
const readerSchema = z.object({
  port: z.string(),
  state: z.object({ card: z.string(), holder: z.string() }),
  reach: z.object({
    environment: z.object({ PCSCLITE_CSOCK_NAME: z.string().exactOptional() }),
    options: z.object({ trust: z.string() }),
  }),
});

type Reach = z.infer<typeof readerSchema>["reach"];

/** A reader with simulated cards: how it is reached, and whose card is in it. */
type CardsHere = { readonly port: string; readonly reach: Reach; readonly holder: string };

/**
 * The command line of the chip card reader, as it is on a machine with simulators: with `--simulated`, and, where neither `--port` nor
 * `PCSCLITE_CSOCK_NAME` names a reader, with the reader of the demonstration that runs here. There, a card needs no key to be typed: what is
 * printed on it is known. Other kinds are left as they are.
 */
export function withSimulatedCards(kind: CliKind): CliKind {
  if (kind.kind !== "chip-card-reader") return kind;
  const adapted = Object.entries(kind.commands).map(([name, command]): [string, CliCommand] => [
    name,
    {
      ...command,
      options: { ...command.options, ...OPTION },
      run: (context) => run(kind, command, context),
    },
  ]);
  return { ...kind, commands: Object.fromEntries(adapted) };
}

async function run(kind: CliKind, command: CliCommand, context: CliContext): Promise<CliOutcome> {
  const { simulated, ...options } = context.options;
  if (simulated === true) return runSimulated(command, { ...context, options });
  const named = context.port !== kind.defaultPort || process.env.PCSCLITE_CSOCK_NAME !== undefined;
  const dock = named ? undefined : await dockReader(context, needsKey(command, options));
  if (dock !== undefined) return command.run(reaching(command, { ...context, options }, dock));
  const outcome = await command.run({ ...context, options });
  if (outcome.outcome === "ok" || named) return outcome;
  const { error } = outcome;
  if (error.code !== "chip-card.service-absent" && error.code !== "link.absent") return outcome;
  return { ...outcome, error: { ...error, message: `${error.message}; ${WAYS}` } };
}

/** Whether the command asks for a key, and is given none. */
function needsKey(command: CliCommand, options: CliContext["options"]): boolean {
  return "mrz" in command.options && !namesKey(options);
}

/**
 * The reader of the demonstration; undefined where none runs, or where its reader cannot be used.
 *
 * @param untilCard waits until there is a card in it.
 */
async function dockReader({ signal, event }: CliContext, untilCard: boolean): Promise<CardsHere | undefined> {
  const address = `http://127.0.0.1:${process.env.VENTANILLA_SIMULATORS_PORT ?? "4400"}`;
  for (let asked = false; ; asked = true) {
    const found = await lookAtDock(address, signal);
    if (found === undefined) return undefined;
    if (!asked) event({ event: "reader", of: "the demonstration", dock: address });
    const { port, reach, state } = found;
    if (!untilCard || state.card !== "absent" || signal.aborted) return { port, reach, holder: state.holder };
    if (!asked) event({ event: "card-wanted", in: "the dock's chip card reader" });
    await pause(systemClock, DOCK_EVERY, signal);
  }
}

async function lookAtDock(address: string, signal: AbortSignal) {
  try {
    const answer = await fetch(`${address}/api/devices`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(DOCK_WITHIN)]),
    });
    const devices = z.array(z.object({ kind: z.string() }).loose()).parse(await answer.json());
    const reader = devices.find(({ kind }) => kind === "chip-card-reader");
    return readerSchema.safeParse(reader).data;
  } catch {
    return undefined;
  }
}

/** The same command, at that reader; with its authority and the key of its card, unless others are given. */
function reaching(command: CliCommand, context: CliContext, { port, reach, holder }: CardsHere): CliContext {
  // The PC/SC library reads it when it connects.
  Object.assign(process.env, reach.environment);
  const known = Object.entries(reach.options).filter(([name]) => name in command.options);
  const person = SYNTHETIC_PEOPLE.find(({ run }) => run === holder);
  const printed =
    needsKey(command, context.options) && person !== undefined
      ? {
          "document-number": person.card.documentNumber,
          "birth-date": person.birthDate,
          "expiry-date": person.card.expiryDate,
        }
      : {};
  return { ...context, port, options: { ...Object.fromEntries(known), ...printed, ...context.options } };
}

async function runSimulated(command: CliCommand, context: CliContext): Promise<CliOutcome> {
  const { privateChipCards } = await import("../../simulators/chip-card/behind-pcsc.ts");
  getVirtualReader();
  const folder = mkdtempSync(join(tmpdir(), "simulated-card-"));
  const device = await privateChipCards({ id: "chip-card-reader", clock: systemClock, folder });
  try {
    const { port, problem } = device;
    const reach = readerSchema.shape.reach.safeParse(device.reach).data;
    if (reach === undefined) return { outcome: "error", error: coded("chip-card.service-absent", problem?.en) };
    await device.start();
    await device.actions["insert-card"]?.run({ run: HOLDER });
    return await command.run(reaching(command, context, { port, reach, holder: HOLDER }));
  } finally {
    await device.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
