import { afterEach, beforeEach, expect, test } from "vitest";
import { UpdatedKiosk } from "./kiosk.ts";

let kiosk: UpdatedKiosk;
beforeEach(() => {
  kiosk = new UpdatedKiosk();
});
afterEach(() => kiosk.close());

const reported = (count: number) => () => kiosk.reports.length >= count;

test("a release is switched to between two citizens and stands its trial", async () => {
  kiosk.start();
  kiosk.citizen(90_000);
  kiosk.pursue(kiosk.release("1.1.0"));
  await kiosk.drive(() => kiosk.software.section.value.update.state === "waiting-for-citizen", "waits for the citizen");
  expect(kiosk.running).toBe("1.0.0");
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.reports).toMatchObject([
    { result: "installed", bytes: expect.any(Number), darkSeconds: expect.any(Number) },
  ]);
  expect(kiosk.running).toBe("1.1.0");
  expect(kiosk.mode).toBe("in-service");
  expect(kiosk.software.section.value).toMatchObject({ release: "1.1.0", slot: "b", update: { state: "idle" } });
  expect(kiosk.violations).toEqual([]);
});

test("a release whose screen stays dark goes back and says why", async () => {
  kiosk.start();
  kiosk.broken.add("1.1.0");
  kiosk.pursue(kiosk.release("1.1.0"));
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.reports).toMatchObject([{ result: "rolled-back", code: "software.no-screen" }]);
  await kiosk.drive(() => kiosk.mode === "in-service", "open again");
  expect(kiosk.running).toBe("1.0.0");
  expect(kiosk.software.section.value.update).toMatchObject({ state: "failed", code: "software.no-screen" });
});

test("an agent that was away for most of a trial looks first, and judges then", async () => {
  kiosk.start();
  kiosk.broken.add("1.1.0");
  kiosk.pursue(kiosk.release("1.1.0"));
  await kiosk.drive(() => kiosk.software.section.value.update.state === "trial", "on trial");
  await kiosk.software.stop();
  await kiosk.clock.advance(400_000);
  kiosk.repair("1.1.0");
  kiosk.start();
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.reports).toMatchObject([{ result: "installed" }]);
});

test.each([
  ["platform", { platform: "other-box" }, "guard.wrong-platform"],
  ["version", { saysVersion: "9.0.0" }, "guard.wrong-version"],
])("a release that lies about its %s never runs", async (_what, change, code) => {
  kiosk.start();
  kiosk.pursue(kiosk.release("1.1.0", 1, change));
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.reports).toMatchObject([{ result: "failed", code }]);
  expect(kiosk.running).toBe("1.0.0");
});

test("what the server asks for and what the repository says must agree", async () => {
  kiosk.start();
  kiosk.pursue({ ...kiosk.release("1.1.0"), sha256: "0".repeat(64) });
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.reports).toMatchObject([{ result: "failed", code: "software.disagreement" }]);
});

test("a service package appears without a restart, and again after one; one that is refused changes nothing", async () => {
  kiosk.start();
  kiosk.pursue(undefined, kiosk.package("2.0.0"));
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.loaded).toBe("2.0.0");
  kiosk.broken.add("3.0.0");
  kiosk.pursue(undefined, kiosk.package("3.0.0"));
  await kiosk.drive(reported(2), "the second report");
  expect(kiosk.reports).toMatchObject([{ result: "installed" }, { result: "failed", code: "common.bad-input" }]);
  expect(kiosk.loaded).toBe("2.0.0");
  kiosk.pursue(kiosk.release("1.1.0"), kiosk.package("2.0.0"));
  await kiosk.drive(reported(3), "the release");
  expect(kiosk.loaded).toBe("2.0.0");
  expect([kiosk.overlays, kiosk.unpacked]).toEqual([1, 1]);
});

test("staff's work and an update's steps exclude each other", async () => {
  kiosk.start();
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = kiosk.software.exclusive(() => promise);
  kiosk.pursue(kiosk.release("1.1.0"));
  for (let second = 0; second < 20; second++) await kiosk.clock.advance(1_000);
  expect(kiosk.running).toBe("1.0.0");
  resolve();
  await work;
  await kiosk.drive(reported(1), "the report");
  expect(kiosk.running).toBe("1.1.0");
});

/** Updates in turn: good and broken releases and packages, each with the result that it must have in the end. */
test("killed at every boundary of every step, the agent ends each update once and as it must", async () => {
  let version = 0;
  let running = "1.0.0";
  let updates = 0;
  for (const kind of ["good", "broken", "package"] as const) {
    let killed = true;
    for (let at = 0; killed; at++) {
      version++;
      updates++;
      const name = kind === "package" ? `5.${version}.0` : `2.${version}.0`;
      if (kind === "broken") kiosk.broken.add(name);
      const target = kind === "package" ? kiosk.package(name) : kiosk.release(name);
      let passed = 0;
      kiosk.start(() => passed++ === at);
      kiosk.pursue(kind === "package" ? undefined : target, kind === "package" ? target : undefined);
      const count = kiosk.reports.length;
      await kiosk.drive(
        () => kiosk.dead || (kiosk.reports.length > count && kiosk.mode === "in-service"),
        `${name} killed`,
      );
      killed = kiosk.dead;
      if (killed) kiosk.start();
      const settled = () =>
        kiosk.reports.length > count &&
        kiosk.mode === "in-service" &&
        kiosk.software.section.value.update.state !== "trial";
      await kiosk.drive(settled, `${name} after a kill at ${at}`);
      const own = kiosk.reports.filter((report) => report.sha256 === target.sha256);
      expect(own.map(({ result }) => result)).toEqual([kind === "broken" ? "rolled-back" : "installed"]);
      if (kind === "good") running = name;
      expect(kiosk.running).toBe(running);
      if (kind === "package") expect(kiosk.loaded).toBe(name);
      await kiosk.software.stop();
    }
  }
  expect(kiosk.violations).toEqual([]);
  expect(updates).toBeGreaterThan(60);
});
