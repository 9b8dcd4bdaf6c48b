import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { createRuntimeLink } from "../../../fleet-agent/runtime-link/link.ts";
import { until } from "../../support/until.ts";
import { RuntimeStandIn } from "./support/runtime.ts";

const { signal } = new AbortController();
let clock: SimulatedClock;
let runtime: RuntimeStandIn;
let link: ReturnType<typeof createRuntimeLink>;
beforeEach(async () => {
  const socketPath = join(mkdtempSync(join(tmpdir(), "link-")), "runtime.sock");
  clock = new SimulatedClock();
  runtime = new RuntimeStandIn(socketPath, "demo-1");
  await runtime.start();
  link = createRuntimeLink({ socketPath, clock, random: () => 0.5, log: silentLogger });
  await until("connected", () => link.status.value?.kiosk === "demo-1");
});
afterEach(async () => {
  await link.stop();
  await runtime.stop();
});

test("a runtime that falls silent without closing counts as gone, and is found again", async () => {
  runtime.change({ shells: 3 });
  await until("seen", () => link.status.value?.shells === 3);
  await clock.advance(19_000);
  expect(link.status.value?.shells).toBe(3);
  await clock.advance(2_000);
  await until("gone", () => link.status.value === undefined);
  await until("found again", async () => {
    await clock.advance(1_000);
    return link.status.value !== undefined;
  });
});

test("a request that is not answered ends at its deadline, and says that it may have arrived", async () => {
  runtime.mute = true;
  const asked = link.testDevice("printer", "test-print", signal);
  await until("arrived", () => runtime.asked.length === 1);
  await clock.advance(90_000);
  expect(await asked).toMatchObject({ ok: false, error: { code: "agent.runtime-no-answer" } });
});

test("a runtime that is not there certainly got nothing", async () => {
  await runtime.stop();
  expect(await link.setMode("draining", signal)).toMatchObject({ error: { code: "agent.runtime-unreachable" } });
});

test("what the runtime refuses comes with its reason", async () => {
  runtime.refusal = { code: "runtime.no-device", message: "a citizen is being served" };
  expect(await link.testDevice("printer", "self-test", signal)).toMatchObject({
    error: { code: "agent.runtime-refused", message: expect.stringContaining("a citizen is being served") },
  });
});

test("an answer of another form than the contract's is an error and no status", async () => {
  runtime.testResult = { outcome: "fine" as "ok" };
  expect(await link.testDevice("printer", "self-test", signal)).toMatchObject({
    error: { code: "agent.runtime-answer" },
  });
});
