import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { type CliCommand, type CliContext, type CliOutcome, UsageError } from "./kind.ts";
import { runCli } from "./run.ts";

const OK: CliOutcome = { outcome: "ok", result: { sum: 1 } };

/** Runs `toaster toast` with `run` as the command, in simulated time. */
function bench(run: CliCommand["run"], ...args: string[]) {
  const clock = new SimulatedClock();
  let out = "";
  let complaint = "";
  let stop: (signal: string) => void = () => {};
  const status = runCli(["toaster", "toast", "--port", "p", "--count", "2", "--json", ...args], {
    kinds: ["toaster"],
    loadKind: async () => ({
      kind: "toaster",
      models: ["m1", "m2"],
      defaultModel: "m1",
      commands: {
        toast: {
          summary: "toasts",
          options: {
            count: { meaning: "slices", required: true, number: { min: 1, max: 4 } },
            side: { meaning: "which", choices: ["left", "right"] },
            dark: { meaning: "longer", flag: true },
          },
          run,
        },
      },
    }),
    clock,
    out: (text) => {
      out += text;
    },
    complain: (text) => {
      complaint += text;
    },
    onStop: (listener) => {
      stop = listener;
    },
  });
  const lines = () =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  return { clock, status, lines, complaint: () => complaint, stop: (signal: string) => stop(signal) };
}

function cancelled({ signal }: CliContext): Promise<CliOutcome> {
  const { promise, resolve } = Promise.withResolvers<CliOutcome>();
  signal.addEventListener("abort", () => resolve({ outcome: "error", error: coded("common.cancelled") }));
  return promise;
}
const never = () => Promise.withResolvers<CliOutcome>().promise;

test("the command gets its options, model and port; ok is status 0", async () => {
  let seen: CliContext | undefined;
  const run = async (context: CliContext) => {
    seen = context;
    return OK;
  };
  const cli = bench(run, "--dark", "--side=left", "--model", "m2", "--timeout", "5");
  expect(await cli.status).toBe(0);
  expect(seen).toMatchObject({
    model: "m2",
    port: "p",
    options: { count: "2", dark: true, side: "left", timeout: "5" },
  });
  expect(cli.lines()).toEqual([{ type: "outcome", outcome: "ok", result: { sum: 1 } }]);
});

test.each([
  ["error", 1],
  ["unknown", 2],
] as const)("%s is status %i", async (outcome, status) => {
  const cli = bench(async () => ({ outcome, result: { sent: 1 }, error: coded("link.lost", "x") }));
  expect(await cli.status).toBe(status);
  expect(cli.lines()).toEqual([{ type: "outcome", outcome, result: { sent: 1 }, error: coded("link.lost", "x") }]);
});

test("events come before the outcome, and nothing after it", async () => {
  const cli = bench(async ({ event }) => {
    event({ slice: 1 });
    void Promise.resolve().then(async () => {
      await Promise.resolve();
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      event({ slice: "late" });
    });
    return OK;
  });
  expect(await cli.status).toBe(0);
  await cli.clock.advance(1);
  expect(cli.lines().map(({ type }) => type)).toEqual(["event", "outcome"]);
});

test("a command that was cancelled by --timeout ends as common.deadline", async () => {
  const cli = bench(cancelled, "--timeout", "2.5");
  await cli.clock.advance(2_500);
  expect(await cli.status).toBe(1);
  expect(cli.lines()).toMatchObject([{ outcome: "error", error: { code: "common.deadline" } }]);
});

test("a command that was cancelled by Ctrl-C ends as common.cancelled", async () => {
  const cli = bench(cancelled);
  await cli.clock.advance(1);
  cli.stop("SIGINT");
  expect(await cli.status).toBe(1);
  expect(cli.lines()).toMatchObject([{ outcome: "error", error: { code: "common.cancelled" } }]);
});

test("a command that does not stop by itself is stopped hard, and nobody knows what it did", async () => {
  const cli = bench(never, "--timeout", "1");
  await cli.clock.advance(4_000);
  expect(await cli.status).toBe(2);
  expect(cli.lines()).toMatchObject([{ outcome: "unknown", error: { code: "common.deadline" } }]);
});

test("a second Ctrl-C stops hard at once", async () => {
  const cli = bench(never);
  await cli.clock.advance(1);
  cli.stop("SIGINT");
  await cli.clock.advance(1_000);
  cli.stop("SIGINT");
  expect(await cli.status).toBe(2);
});

test("a Ctrl-C that comes twice, to the group and through npm, counts once", async () => {
  const cli = bench(cancelled);
  await cli.clock.advance(1);
  cli.stop("SIGINT");
  cli.stop("SIGINT");
  expect(await cli.status).toBe(1);
  expect(cli.lines()).toMatchObject([{ outcome: "error", error: { code: "common.cancelled" } }]);
});

test("an unexpected error is a defect whose effect nobody knows; programs still get their outcome", async () => {
  const cli = bench(async () => {
    throw new Error("burnt");
  });
  expect(await cli.status).toBe(2);
  expect(cli.lines()).toMatchObject([{ outcome: "unknown", error: { code: "common.defect" } }]);
  expect(cli.complaint()).toContain("burnt");
});

test.each([
  ["a UsageError", async () => Promise.reject(new UsageError("left and right exclude each other"))],
  ["an error common.bad-input", async () => ({ outcome: "error", error: coded("common.bad-input", "left and right") })],
] as const)("bad usage that only the command can see, as %s, is status 64", async (_name, run) => {
  const cli = bench(run as CliCommand["run"]);
  expect(await cli.status).toBe(64);
  expect(cli.lines()).toMatchObject([{ outcome: "error", error: { code: "common.bad-input" } }]);
  expect(cli.complaint()).toContain("left and right");
});

test.each([
  ["--side", "top"],
  ["--dark=yes", ""],
  ["--count=5", ""],
])("a value that the option does not allow is refused before the command runs: %s %s", async (...args) => {
  const cli = bench(never, ...args.filter((arg) => arg !== ""));
  expect(await cli.status).toBe(64);
});
