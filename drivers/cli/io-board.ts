import { readFile } from "node:fs/promises";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import type { Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { FLASH_RATES, LIGHT_COLOURS } from "../io-board/interface.ts";
import { ModbusIoBoard } from "../io-board/modbus/driver.ts";
import { parseWiring } from "../io-board/wiring-json.ts";
import { serialChannel } from "../transport/serial.ts";
import { type CliContext, type CliKind, type CliOption, type CliOutcome, UsageError } from "./kind.ts";
import { RESET_SUMMARY, resetDevice } from "./reset.ts";

const DEFAULT_BAUD = 9_600;
/** A board that is there has answered, and its contacts have settled, well within this. Milliseconds. */
const READY_WITHIN = 5_000;

const COMMON: { readonly [name: string]: CliOption } = {
  wiring: { meaning: "JSON file that says what is on which terminal", required: true },
  baud: { meaning: `line speed, 8N1; ${DEFAULT_BAUD} when left out`, number: { min: 300, max: 4_000_000 } },
};

export const ioBoardCli: CliKind = {
  kind: "io-board",
  models: ["modbus-rtu"],
  defaultModel: "modbus-rtu",
  commands: {
    status: { summary: "put all outputs into their safe state and tell the inputs", options: COMMON, run: status },
    watch: { summary: "tell every change of the inputs until --timeout or Ctrl-C", options: COMMON, run: watch },
    reset: { summary: RESET_SUMMARY, options: COMMON, run: reset },
    light: {
      summary: "set a light; all other outputs go into their safe state first",
      options: {
        ...COMMON,
        name: { meaning: "the light", required: true },
        flash: {
          meaning:
            "whether and how fast it flashes; the board cannot flash by itself, so that this ends with the command",
          choices: FLASH_RATES,
          required: true,
        },
        colour: { meaning: "which of its colours", choices: LIGHT_COLOURS },
      },
      run: light,
    },
    relay: {
      summary: "switch a relay; all other outputs go into their safe state first",
      options: {
        ...COMMON,
        name: { meaning: "the relay", required: true },
        state: { meaning: "what it shall be", choices: ["on", "off"], required: true },
      },
      run: relay,
    },
  },
};

async function makeBoard({ port, options }: CliContext): Promise<ModbusIoBoard> {
  const file = String(options.wiring);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`--wiring ${file}: ${error instanceof Error ? error.message : error}`);
  });
  const wiring = parseWiring(text);
  if (!wiring.ok) throw new UsageError(wiring.error.message);
  return new ModbusIoBoard({
    ...{ id: port, wiring: wiring.value, clock: systemClock, random: Math.random, log: silentLogger },
    open: serialChannel({ path: port, baudRate: Number(options.baud ?? DEFAULT_BAUD) }, systemClock),
  });
}

async function reset(context: CliContext): Promise<CliOutcome> {
  const board = await makeBoard(context);
  board.start();
  const outcome = await resetDevice(board, context);
  await board.stop();
  return outcome;
}

/** Runs `work` with a board that is ready. */
async function withBoard(
  context: CliContext,
  work: (board: ModbusIoBoard) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const { signal } = context;
  const board = await makeBoard(context);
  board.start();
  const ready = await until(board, signal, () => board.status.value.readiness === "ready");
  const outcome = ready ? await work(board) : notReady(board, signal);
  await board.stop();
  return outcome;
}

function notReady(board: ModbusIoBoard, signal: AbortSignal): CliOutcome {
  const { link } = board.status.value;
  const code = signal.aborted ? "common.cancelled" : link === "connected" ? "io-board.not-answering" : "link.absent";
  return { outcome: "error", error: coded(code, board.id), result: describe(board) };
}

/** Waits until something holds of the board; `false` when it does not in time. */
async function until(board: ModbusIoBoard, signal: AbortSignal, holds: () => boolean): Promise<boolean> {
  const met = new AbortController();
  const look = () => holds() && met.abort();
  const unsubscribe = [board.status.subscribe(look), board.inputs.subscribe(look)];
  if (!holds()) await pause(systemClock, READY_WITHIN, AbortSignal.any([met.signal, signal]));
  for (const stop of unsubscribe) stop();
  return holds();
}

function describe(board: ModbusIoBoard): Record<string, unknown> {
  const { link, readiness, conditions } = board.status.value;
  return { inputs: board.inputs.value, ...board.outputs.value, link, readiness, conditions };
}

function status(context: CliContext): Promise<CliOutcome> {
  return withBoard(context, async (board) => {
    await until(board, context.signal, () => Object.values(board.inputs.value).every((state) => state !== "unknown"));
    return { outcome: "ok", result: describe(board) };
  });
}

function watch(context: CliContext): Promise<CliOutcome> {
  return withBoard(context, async (board) => {
    const { signal, event } = context;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => end(), { once: true });
    if (signal.aborted) end();
    const unsubscribe = board.inputs.subscribe((inputs) => event({ event: "inputs", ...inputs }));
    await ended;
    unsubscribe();
    return { outcome: "ok", result: describe(board) };
  });
}

function light(context: CliContext): Promise<CliOutcome> {
  return withBoard(context, async (board) => {
    const { name, flash, colour } = context.options;
    const rate = FLASH_RATES.find((known) => known === flash) ?? "off";
    const chosen = LIGHT_COLOURS.find((known) => known === colour);
    const intent = chosen === undefined ? { flash: rate } : { flash: rate, colour: chosen };
    return told(board, await board.light(String(name), intent, { signal: context.signal }));
  });
}

function relay(context: CliContext): Promise<CliOutcome> {
  return withBoard(context, async (board) => {
    const { name, state } = context.options;
    return told(board, await board.relay(String(name), state === "on", { signal: context.signal }));
  });
}

function told(board: ModbusIoBoard, outcome: Outcome<void>): CliOutcome {
  const result = describe(board);
  return outcome.outcome === "ok" ? { outcome: "ok", result } : { ...outcome, result };
}
