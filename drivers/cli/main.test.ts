import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toLatin1 } from "../../base/bytes/bytes.ts";
import { type CodeReaderSimulator, createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";

const ROOT = join(import.meta.dirname, "../..");
const NODE = join(ROOT, "node_modules/.bin/node");

let simulator: CodeReaderSimulator;
let running: ChildProcess[];

beforeEach(async () => {
  running = [];
  const path = join(mkdtempSync(join(tmpdir(), "cli-")), "reader");
  simulator = createCodeReaderSimulator({ id: "reader", path });
  await simulator.start();
});

afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await simulator.stop();
});

type Run = {
  readonly child: ChildProcess;
  readonly lines: () => { type: string; [field: string]: unknown }[];
  readonly text: () => string;
  readonly complaint: () => string;
  /** Exit status. */
  readonly ended: Promise<number | null>;
};

/** Runs the CLI the way that `npm run driver` does. */
function driver(...args: string[]): Run {
  const child = spawn(NODE, ["scripts/run.mjs", "drivers/cli/main.ts", ...args], { cwd: ROOT });
  running.push(child);
  let out = "";
  let complaint = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (complaint += bytes));
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const lines = () =>
    out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { child, lines, text: () => out, complaint: () => complaint, ended };
}

const present = (variant: string, run = "12345678-5") => simulator.actions["present-card"]?.run({ run, variant });
/** Two Node processes have to start first, on a machine that may be busy. */
const STARTS = { timeout: 15_000 };
const connected = { type: "event", event: { device: expect.any(String), link: "connected" } };

test("a cédula is read: JSON lines only, events first, one outcome last, status 0", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json");
  await expect.poll(cli.lines, STARTS).toEqual([connected]);
  await present("as-issued", "11111111-1");
  expect(await cli.ended).toBe(0);
  expect(cli.lines()).toEqual([
    connected,
    {
      type: "outcome",
      outcome: "ok",
      result: {
        kind: "cedula",
        run: "11111111-1",
        documentNumber: "B1C234567",
        birthDate: "1969-02-28",
        expiryDate: "2035-02-28",
        name: "TOMÁS IGNACIO IBÁÑEZ GÜIRALDES",
        documentType: "CEDULA",
        expired: false,
      },
    },
  ]);
  expect(cli.complaint()).toBe("");
});

test("an expired cédula is ok and says that it is expired", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json");
  await expect.poll(cli.lines, STARTS).toEqual([connected]);
  await present("expired");
  expect(await cli.ended).toBe(0);
  expect(cli.lines().at(-1)).toMatchObject({ outcome: "ok", result: { expired: true } });
});

test("a malformed cédula is an error with its code, status 1", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json");
  await expect.poll(cli.lines, STARTS).toEqual([connected]);
  await present("wrong-run-check");
  expect(await cli.ended).toBe(1);
  expect(cli.lines().at(-1)).toEqual({
    type: "outcome",
    outcome: "error",
    error: { code: "code-reader.cedula-run-check", message: expect.stringContaining("check digit"), who: "citizen" },
  });
});

test.each(["raw", "cooked"])("a code that was sent before the command opened the %s port is not lost", async (mode) => {
  if (mode === "cooked") await lineDiscipline("sane", "-echo");
  await simulator.actions["scan-text"]?.run({ text: "hola" });
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json", "--timeout", "10");
  expect(await cli.ended).toBe(0);
  expect(cli.lines().at(-1)).toMatchObject({ outcome: "ok", result: { kind: "text", text: "hola" } });
});

test("a code whose first half came before the port was opened is read whole", async () => {
  await lineDiscipline("sane", "-echo");
  await simulator.send(toLatin1("ho"));
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json", "--timeout", "10");
  await expect.poll(cli.lines, STARTS).toEqual([connected]);
  await simulator.send(toLatin1("la\r"));
  expect(await cli.ended).toBe(0);
  expect(cli.lines().at(-1)).toMatchObject({ result: { text: "hola" } });
});

async function lineDiscipline(...settings: string[]): Promise<void> {
  const stty = spawn("stty", ["-F", simulator.port, ...settings]);
  await new Promise((resolve) => stty.on("close", resolve));
}

test("without --json the outcome is written for people", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port);
  await expect.poll(cli.text, STARTS).toContain("link: connected");
  await present("as-issued");
  expect(await cli.ended).toBe(0);
  expect(cli.text()).toContain("ok\n  kind: cedula\n  run: 12345678-5\n");
});

test("--timeout ends a wait with common.deadline, status 1", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json", "--timeout", "0.3");
  expect(await cli.ended).toBe(1);
  expect(cli.lines().at(-1)).toMatchObject({ outcome: "error", error: { code: "common.deadline", who: "technician" } });
});

test("a supervisor's SIGTERM ends a wait with common.cancelled, status 1", async () => {
  const cli = driver("code-reader", "read", "--port", simulator.port, "--json");
  await expect.poll(cli.lines, STARTS).toEqual([connected]);
  cli.child.kill("SIGTERM");
  expect(await cli.ended).toBe(1);
  expect(cli.lines().at(-1)).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
});

test("a port that is not there is an error that names it, status 1", async () => {
  const cli = driver("code-reader", "read", "--port", "/dev/no-such-port", "--json");
  expect(await cli.ended).toBe(1);
  expect(cli.lines()).toEqual([
    {
      type: "outcome",
      outcome: "error",
      error: { code: "link.absent", message: expect.stringContaining("/dev/no-such-port"), who: "technician" },
    },
  ]);
});

test("a port that another program holds is refused, and that program loses nothing", async () => {
  const first = driver("code-reader", "read", "--port", simulator.port, "--json");
  await expect.poll(first.lines, STARTS).toEqual([connected]);
  const second = driver("code-reader", "read", "--port", simulator.port, "--json");
  expect(await second.ended).toBe(1);
  expect(second.lines().at(-1)).toMatchObject({ outcome: "error", error: { code: "link.refused" } });
  await present("as-issued");
  expect(await first.ended).toBe(0);
});

test.each([
  [[], "kinds: payment-terminal, receipt-printer, code-reader"],
  [["toaster", "read"], 'unknown kind "toaster"'],
  [["code-reader"], "commands of code-reader: read"],
  [["code-reader", "write"], 'unknown command "write"'],
  [["code-reader", "read"], "--port is required"],
  [["code-reader", "read", "--port"], "--port needs a value"],
  [["code-reader", "read", "--port", "--baud", "9600"], "--port needs a value"],
  [["code-reader", "read", "--port", "x", "--colour", "red"], "unknown option --colour; options: --model"],
  [
    ["code-reader", "read", "--port", "x", "--baud", "fast"],
    '--baud is a whole number from 300 to 4000000, not "fast"',
  ],
  [["code-reader", "read", "--port", "x", "--timeout", "-1"], "--timeout is a number of seconds"],
  [["code-reader", "read", "--port", "x", "--model", "y"], "--model is one of serial-scanner, hid-pos"],
  [["code-reader", "read", "now", "--port", "x"], 'unexpected argument "now"'],
  [["code-reader", "read", "--port", "x", "--port", "y"], "--port is given twice"],
])("bad usage %j says what is wrong and what is allowed, status 64", async (args, complaint) => {
  const cli = driver(...args, "--json");
  expect(await cli.ended).toBe(64);
  expect(cli.complaint()).toContain(complaint);
  expect(cli.lines()).toEqual([
    {
      type: "outcome",
      outcome: "error",
      error: { code: "common.bad-input", message: expect.any(String), who: "supplier" },
    },
  ]);
});

test("bad usage without --json leaves standard output empty", async () => {
  const cli = driver("code-reader", "read");
  expect(await cli.ended).toBe(64);
  expect(cli.text()).toBe("");
});

test.each([
  [["--help"], "Kinds: payment-terminal, receipt-printer, code-reader"],
  [["code-reader", "--help"], "wait for one code, ended by CR or LF"],
  [["code-reader", "--help"], "serial-scanner (default), hid-pos (HID)"],
  [["payment-terminal", "--help"], "zvt-tcp (network), zvt-serial"],
  [["code-reader", "read", "-h"], "--baud <number>"],
])("help for %j goes to standard output, status 0", async (args, text) => {
  const cli = driver(...args);
  expect(await cli.ended).toBe(0);
  expect(cli.text()).toContain(text);
});
