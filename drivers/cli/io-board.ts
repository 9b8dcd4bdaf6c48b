import { readFileSync } from "node:fs";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import { FLASH_RATES, LIGHT_COLOURS } from "../io-board/interface.ts";
import { DEFAULT_BAUD_RATE, ModbusIoBoard } from "../io-board/modbus/driver.ts";
import { parseWiring } from "../io-board/wiring-json.ts";
import { serialChannel } from "../transport/serial.ts";
import { SHOW_ALL } from "../transport/trace/redaction.ts";
import { benchCommands, proved, type Verdict } from "./bench.ts";
import { until, type WatchedKind, withDevice } from "./device.ts";
import { type CliContext, type CliKind, type CliOption, type CliOutcome, UsageError } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** A board that is there has answered, and its contacts have settled, well within this. Milliseconds. */
const READY_WITHIN = 5_000;
/** How long each light is shown in an assembly check, milliseconds. */
const SHOW_FOR = 700;

const OPTIONS: { readonly [name: string]: CliOption } = {
  wiring: { meaning: "JSON file that says what is on which terminal", required: true },
  baud: { meaning: `line speed, 8N1; ${DEFAULT_BAUD_RATE} when left out`, number: { min: 300, max: 4_000_000 } },
};

const BOARD: WatchedKind<ModbusIoBoard> = {
  device: (context) => ok(boardOf(context)),
  ask: settle,
  describe: (board) => ({ inputs: board.inputs.value, ...board.outputs.value }),
  tell: (board, { event }) => [board.inputs.subscribe((inputs) => event({ event: "inputs", ...inputs }))],
};

/** `npm run driver -- io-board …`. Contacts and lamps tell of nobody. */
export const ioBoardCli: CliKind = {
  kind: "io-board",
  models: ["modbus-rtu"],
  defaultModel: "modbus-rtu",
  redaction: () => SHOW_ALL,
  commands: {
    ...benchCommands({
      ...BOARD,
      options: OPTIONS,
      proof: { what: "each light is shown for a moment, in each of its colours", run: showLights },
    }),
    light: {
      summary: "set a light; all other outputs go into their safe state first",
      options: {
        ...OPTIONS,
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
        ...OPTIONS,
        name: { meaning: "the relay", required: true },
        state: { meaning: "what it shall be", choices: ["on", "off"], required: true },
      },
      run: relay,
    },
  },
};

function boardOf(context: CliContext): ModbusIoBoard {
  const { port, options } = context;
  const { clock, random, channel } = reachOf(context);
  const wiring = parseWiring(readWiring(String(options.wiring)));
  if (!wiring.ok) throw new UsageError(wiring.error.message);
  const open = serialChannel({ path: port, baudRate: Number(options.baud ?? DEFAULT_BAUD_RATE) }, clock);
  return new ModbusIoBoard({
    ...{ id: port, wiring: wiring.value, clock, random, log: silentLogger, open: channel(open) },
  });
}

function readWiring(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--wiring ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Waits until the board has answered and its contacts are at rest. */
async function settle(board: ModbusIoBoard, context: CliContext): Promise<Outcome<void>> {
  const ready = await until(board.status, ({ readiness }) => readiness === "ready", READY_WITHIN, context);
  if (!ready) return failed(coded(notReady(board, context), board.id));
  const settled = (inputs: typeof board.inputs.value) => Object.values(inputs).every((state) => state !== "unknown");
  await until(board.inputs, settled, READY_WITHIN, context);
  return done(undefined);
}

function notReady(board: ModbusIoBoard, { signal }: CliContext) {
  if (signal.aborted) return "common.cancelled";
  return board.status.value.link === "connected" ? "io-board.not-answering" : "link.absent";
}

/** Runs `work` with a board that is ready, and tells afterwards how it stands. */
function withBoard(context: CliContext, work: (board: ModbusIoBoard) => Promise<Outcome<void>>): Promise<CliOutcome> {
  return withDevice(BOARD, context, async (board) => {
    const ready = await settle(board, context);
    const outcome = ready.outcome === "ok" ? await work(board) : ready;
    const { link, readiness, conditions } = board.status.value;
    const result = { inputs: board.inputs.value, ...board.outputs.value, link, readiness, conditions };
    return outcome.outcome === "ok" ? { outcome: "ok", result } : { ...outcome, result };
  });
}

function light(context: CliContext): Promise<CliOutcome> {
  const { name, flash, colour } = context.options;
  const rate = FLASH_RATES.find((known) => known === flash) ?? "off";
  const chosen = LIGHT_COLOURS.find((known) => known === colour);
  const intent = chosen === undefined ? { flash: rate } : { flash: rate, colour: chosen };
  return withBoard(context, (board) => board.light(String(name), intent, { signal: context.signal }));
}

function relay(context: CliContext): Promise<CliOutcome> {
  const { name, state } = context.options;
  return withBoard(context, (board) => board.relay(String(name), state === "on", { signal: context.signal }));
}

async function showLights(board: ModbusIoBoard, context: CliContext): Promise<Verdict> {
  const { signal } = context;
  for (const { name, colours } of board.capabilities.lights) {
    for (const colour of colours) {
      context.event({ light: name, colour });
      const shown = await board.light(name, { flash: "continuous", colour }, { signal });
      if (shown.outcome !== "ok") return proved(shown, () => "");
      await pause(reachOf(context).clock, SHOW_FOR, signal);
    }
    const dark = await board.light(name, { flash: "off" }, { signal });
    if (dark.outcome !== "ok") return proved(dark, () => "");
  }
  return { verdict: "pass", detail: `${board.capabilities.lights.length} lights were shown` };
}
