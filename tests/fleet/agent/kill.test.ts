import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Report, reportSchema } from "../../../base/contracts/fleet/report.ts";
import { parseJson } from "../../../base/json.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { openStore } from "../../../fleet-agent/store/store.ts";
import { bundle } from "./support/bundle.ts";

const KILLS = 50;

test("an agent that is killed without warning, again and again, loses and doubles nothing", async () => {
  const program = await bundle("outbox-child");
  const directory = mkdtempSync(join(tmpdir(), "agent-kill-"));
  const taken: Report[] = [];
  const take = (batch: readonly Report[]) => {
    for (const report of batch) {
      const before = taken[report.sequence - 1];
      if (before === undefined) expect(report.sequence).toBe(taken.push(report));
      else expect(report).toEqual(before);
    }
  };
  for (let kill = 0; kill < KILLS; kill++) await runAndKill(program, directory, 2 + (kill % 7), take);

  const store = assertOk(openStore({ directory, clock: systemClock }), "store");
  expect(store.outbox.session).toBe(KILLS + 1);
  while (store.outbox.waiting.value > 0) {
    take(store.outbox.next(500));
    store.outbox.acknowledge(taken.length);
  }
  const appended = Number(store.values.get("appended"));
  store.close();
  expect(appended).toBeGreaterThan(KILLS * 3);
  const events = taken.flatMap((report) => (report.type === "event" ? [report.fields.count] : []));
  expect(events).toEqual(Array.from({ length: appended }, (_, index) => index + 1));
  const sums = taken.flatMap((report) => (report.type === "counters" ? report.counters : []));
  expect(sums.reduce((sum, { count }) => sum + count, 0)).toBe(appended);
  const state = taken.findLast((report) => report.type === "state");
  expect(state).toMatchObject({ state: { software: { update: { target: `t${appended}` } } } });
});

/** Starts the child, and kills it at some moment after it has said `lines` lines. */
async function runAndKill(
  program: string,
  directory: string,
  lines: number,
  take: (batch: readonly Report[]) => void,
): Promise<void> {
  const child = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  const closed = new Promise<void>((resolve) => child.stdout.on("close", () => resolve()));
  let rest = "";
  let count = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      take(reportSchema.array().parse(parseJson(line)));
      if (++count === lines) child.kill("SIGKILL");
    }
  });
  expect(await exited).toBe("SIGKILL");
  await closed;
}
