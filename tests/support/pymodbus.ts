import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PtyWire } from "../../simulators/wire/pty.ts";

const PYTHON = "/usr/bin/python3";

/** Why no Modbus board of another make can be started here; undefined when one can. */
export function pymodbusMissing(): string | undefined {
  const tried = spawnSync(PYTHON, ["-c", "import pymodbus, serial_asyncio"]);
  return tried.status === 0 ? undefined : "Debian's python3-pymodbus and python3-serial-asyncio are not installed";
}

export type PymodbusBoard = {
  /** Where the driver finds it. */
  readonly path: string;
  input(terminal: number, closed: boolean): Promise<void>;
  coil(coil: number, on: boolean): Promise<void>;
  coils(): Promise<readonly boolean[]>;
  /** The cable on the driver's side. */
  unplug(): void;
  plug(): void;
  stop(): Promise<void>;
};

/** Starts pymodbus' server as a board at the far end of a serial cable. */
export async function startPymodbusBoard(): Promise<PymodbusBoard> {
  const folder = mkdtempSync(join(tmpdir(), "pymodbus-"));
  const near = new PtyWire(join(folder, "driver"));
  const far = new PtyWire(join(folder, "board"));
  near.onBytes((bytes) => void far.write(bytes));
  far.onBytes((bytes) => void near.write(bytes));
  near.plug();
  far.plug();
  const child = spawn(PYTHON, [join(import.meta.dirname, "pymodbus-board.py"), far.path]);
  let complaint = "";
  child.stderr.on("data", (bytes) => (complaint = (complaint + bytes).slice(-4_000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`pymodbus ended: ${complaint}`);
    return String(value);
  };
  const ask = (command: string) => {
    child.stdin.write(`${command}\n`);
    return line();
  };
  await line();
  return {
    path: near.path,
    input: async (terminal, closed) => void (await ask(`input ${terminal} ${Number(closed)}`)),
    coil: async (coil, on) => void (await ask(`coil ${coil} ${Number(on)}`)),
    coils: async () => [...(await ask("coils"))].map((bit) => bit === "1"),
    unplug: () => near.unplug(),
    plug: () => near.plug(),
    async stop() {
      near.unplug();
      if (child.exitCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      far.unplug();
    },
  };
}
