import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedTerminal } from "../../simulators/payment-terminal/terminal.ts";
import type { Kernel } from "../support/vm/kernel.ts";
import type { ContractResult } from "./inside/contracts/runner.ts";
import type { KeypadSeen } from "./inside/keypad.ts";
import { runGuest } from "./machine.ts";
import type { Options } from "./options.ts";
import { CardReaderOutside } from "./outside/card-reader.ts";
import type { EmulatedSale, Line } from "./report-types.ts";
import { SocketWire } from "./socket-wire.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Packages with a native part, which the guest finds in this machine's tree. */
const NATIVE = ["serialport", "node-hid", "pcsc-mini", "@napi-rs/canvas", "@lydell/node-pty"];
const BOOT_WITHIN = 240_000;
const CONTRACTS_WITHIN = 420_000;
const CYCLE_WITHIN = 10_000;

type LineOf<T extends Line["type"]> = Extract<Line, { readonly type: T }>;

/** Everything that the lab saw; `out/usb-lab/<name>/evidence.json` is this. */
export type Evidence = {
  readonly seed: number;
  readonly seconds: number;
  readonly load: number;
  readonly booted?: LineOf<"booted">;
  readonly keypad?: KeypadSeen;
  readonly chip?: LineOf<"chip">;
  readonly contracts: readonly ContractResult[];
  readonly first: readonly LineOf<"first">[];
  readonly cycles: readonly LineOf<"cycle">[];
  readonly footprints: readonly LineOf<"footprint">[];
  readonly adapter: readonly (EmulatedSale & { readonly charged: number })[];
  readonly failure?: string;
  readonly ended: boolean;
};

export type LabOptions = Options & {
  /** Below `out/usb-lab`. */
  readonly name: string;
  readonly onLine?: (line: Line) => void;
};

/** Boots the guest, lets it do its work, and leaves the evidence behind. */
export async function runLab(kernel: Kernel, { name, onLine = () => {}, ...options }: LabOptions): Promise<Evidence> {
  const folder = join(ROOT, "out", "usb-lab", name);
  const sockets = mkdtempSync(join(tmpdir(), "usb-lab-"));
  const wire = new SocketWire(join(sockets, "adapter"));
  const terminal = terminalOutside(wire);
  const cardReader = new CardReaderOutside(sockets);
  const lines: Line[] = [];
  const began = performance.now();
  let failure: string | undefined;
  try {
    await runGuest(kernel, {
      program: await bundled(),
      options,
      folder,
      devices: [
        ["-device", "qemu-xhci,id=xhci", "-chardev", `socket,id=adapter,path=${wire.path},reconnect=1`],
        ["-device", "usb-serial,chardev=adapter,bus=xhci.0,serial=adapter"],
        cardReader.arguments,
      ].flat(),
      within: BOOT_WITHIN + (options.contracts ? CONTRACTS_WITHIN : 0) + options.cycles * CYCLE_WITHIN,
      onLine: (line) => {
        lines.push(line as Line);
        onLine(line as Line);
      },
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    terminal.powerOff();
    wire.close();
    cardReader.close();
    rmSync(sockets, { recursive: true });
  }
  const evidence = collect(lines, { options, terminal, failure, seconds: (performance.now() - began) / 1000 });
  writeFileSync(join(folder, "evidence.json"), `${JSON.stringify(evidence, null, 1)}\n`);
  return evidence;
}

/** Pulls its own cable: in the second sale after it took it, in the third before its answer. */
function terminalOutside(wire: SocketWire): SimulatedTerminal {
  const settings = { thinking: 5, pin: 80, bank: 80, ackTimeout: 400 };
  const terminal = new SimulatedTerminal({ model: "transbank-autoservicio", wire, clock: systemClock, settings });
  terminal.powerOn();
  terminal.insertCard({ kind: "debit", last4: "0042", brand: "DB" });
  let sales = 0;
  terminal.state.subscribe(({ phase, sale }) => {
    if (phase !== "waiting-card" || sale === undefined || sales >= Number(sale.ticket.slice(1))) return;
    sales = Number(sale.ticket.slice(1));
    const when = sales === 2 ? "after-ack" : sales === 3 ? "before-response" : undefined;
    if (when !== undefined) terminal.faults.failNext({ fault: "unplug", when, replugAfter: 300 }, "0200");
  });
  return terminal;
}

async function bundled(): Promise<string> {
  const program = join(ROOT, "out", "usb-lab", "inside.mjs");
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(import.meta.dirname, "inside", "main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: NATIVE,
    alias: { vitest: join(import.meta.dirname, "inside", "contracts", "runner.ts") },
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  });
  return program;
}

function collect(
  lines: readonly Line[],
  run: { options: Options; terminal: SimulatedTerminal; failure: string | undefined; seconds: number },
): Evidence {
  const { options, terminal, seconds } = run;
  const all = <T extends Line["type"]>(type: T) => lines.filter((line): line is LineOf<T> => line.type === type);
  const [booted] = all("booted");
  const [keypad] = all("keypad");
  const [chip] = all("chip");
  const [told] = all("failure");
  const failure = told?.message ?? run.failure;
  const sales = all("adapter").flatMap((line) => line.sales);
  return {
    seed: options.seed,
    seconds: Math.round(seconds),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    ...(booted && { booted }),
    ...(keypad && { keypad }),
    ...(chip && { chip }),
    contracts: all("contract"),
    first: all("first"),
    cycles: all("cycle"),
    footprints: all("footprint"),
    adapter: sales.map((sale) => ({ ...sale, charged: terminal.ledger.timesCharged(sale.ticket) })),
    ...(failure !== undefined && { failure }),
    ended: all("end").length === 1,
  };
}
