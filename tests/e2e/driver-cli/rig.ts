import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { PtyWire } from "../../../simulators/wire/pty.ts";

/*
 * Somebody else's device on a raw pty, and the driver CLI as a child process. Nothing here uses our codecs or simulated
 * devices: bytes are written by hand, as another programmer reads the manuals.
 */

const ROOT = join(import.meta.dirname, "../../..");
const NODE = join(ROOT, "node_modules/.bin/node");

export const ACK = Buffer.from([0x06]);
export const NAK = Buffer.from([0x15]);

/** A wire that is plugged in, and everything that the CLI has written to it. */
export class Peer {
  readonly wire: PtyWire;
  /** One character a byte. */
  received = "";
  #taken = 0;

  constructor() {
    this.wire = new PtyWire(join(mkdtempSync(join(tmpdir(), "foreign-")), "port"));
    this.wire.onBytes((bytes) => (this.received += Buffer.from(bytes).toString("latin1")));
    this.wire.plug();
  }

  send(...parts: readonly Uint8Array[]): Promise<void> {
    return this.wire.write(Buffer.concat(parts));
  }

  /** Waits until `expected` has come, after all that was taken before. */
  async take(expected: string | RegExp): Promise<string> {
    const pattern = typeof expected === "string" ? new RegExp(literally(expected)) : expected;
    await expect.poll(() => this.received.slice(this.#taken), { timeout: 20_000, interval: 5 }).toMatch(pattern);
    const rest = this.received.slice(this.#taken);
    const match = pattern.exec(rest);
    this.#taken += (match?.index ?? 0) + (match?.[0].length ?? 0);
    return match?.[0] ?? "";
  }
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** STX, data, ETX and the exclusive or of data and ETX, which `damage` falsifies. */
export function frame(data: string, damage = 0): Buffer {
  const text = Buffer.from(`${data}\x03`, "latin1");
  return Buffer.concat([Buffer.from([0x02]), text, Buffer.from([text.reduce((sum, byte) => sum ^ byte, damage)])]);
}

/** A pause that is the device's own behaviour. */
export function hesitate(milliseconds: number): Promise<boolean> {
  return pause(systemClock, milliseconds);
}

export type Ended = {
  readonly status: number | null;
  /** The parsed lines of standard output; a line that is no JSON fails the test. */
  readonly lines: readonly { readonly type: string; readonly [field: string]: unknown }[];
  readonly outcome: { readonly [field: string]: unknown };
  readonly complaint: string;
};

export type Running = {
  readonly child: ChildProcess;
  /** Whether it has said that it has the port. */
  readonly connected: () => boolean;
  readonly ended: Promise<Ended>;
};

const children = new Set<ChildProcess>();

/** To be called after each test. */
export function endAll(): void {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
}

/** Runs one command line with `--json`, through npm when `how` says so. */
export function driver(args: readonly string[], how: "node" | "npm" = "node"): Running {
  const [program, before] =
    how === "npm" ? ["npm", ["run", "driver", "--"]] : [NODE, ["scripts/run.mjs", "drivers/cli/main.ts"]];
  const child = spawn(program, [...before, ...args, "--json"], { cwd: ROOT, detached: true });
  children.add(child);
  let out = "";
  let complaint = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (complaint += bytes));
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>();
  child.on("close", (status) => {
    children.delete(child);
    try {
      resolve({ status, complaint, ...contract(out) });
    } catch (error) {
      reject(error);
    }
  });
  return { child, connected: () => out.includes('"link":"connected"'), ended };
}

/** JSON lines only, exactly one outcome, and that last. */
function contract(out: string): Pick<Ended, "lines" | "outcome"> {
  expect(out.endsWith("\n")).toBe(true);
  const lines: Ended["lines"] = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const outcomes = lines.filter(({ type }) => type === "outcome");
  expect(outcomes).toHaveLength(1);
  expect(lines.at(-1)).toBe(outcomes[0]);
  return { lines, outcome: outcomes[0] ?? {} };
}
