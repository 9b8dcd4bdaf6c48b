import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { Root } from "../devices/root.ts";
import { type Ask, driverBench } from "./bench.ts";

const KEYPAD = { id: "keys", kind: "keypad", model: "m", port: "/dev/hidraw0" } as const;

/** A bench whose driver program prints `help` when it is asked for help, and `lines` else. */
function bench(help: string, lines: readonly object[] = []) {
  const program = join(mkdtempSync(join(tmpdir(), "bench-")), "driver.mjs");
  const said = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const text = `process.argv.includes("--help") ? ${JSON.stringify(help)} : ${JSON.stringify(said)}`;
  writeFileSync(program, `process.stdout.write(${text});`);
  const asked: Ask[] = [];
  const made = driverBench({
    ...{ clock: systemClock, root: new Root("/"), paper: "", skipScan: false, scanWithin: 1 },
    programs: { driver: [process.execPath, program], agent: [] },
    onAsk: (ask) => asked.push(ask),
  });
  return { asked, test: () => made.test(KEYPAD, new AbortController().signal) };
}

const checks = (proof: string) => [
  { check: "identity", verdict: "not-run" },
  { check: "proof", verdict: proof },
];
const outcome = (proof: string) => ({ type: "outcome", outcome: "ok", result: { checks: checks(proof) } });

test("a kind that the driver program does not know is told as not tried", async () => {
  expect(await bench("").test()).toMatchObject({
    ...{ verdict: "not-run", detail: { en: "there is no test for this kind of device yet" } },
  });
});

test("any other kind is tried by the driver program's own assembly check, and a person is asked when it asks", async () => {
  const { asked, test: run } = bench("bench-check", [{ type: "event", event: { ask: "press" } }, outcome("pass")]);
  expect(await run()).toMatchObject({ verdict: "pass" });
  expect(asked).toEqual([{ device: "keys", ask: "scan" }]);
});

test("a device that is well and was not proved is not called proved; one that is unwell fails by its code", async () => {
  expect(await bench("bench-check", [outcome("not-run")]).test()).toMatchObject({ verdict: "not-run" });
  const error = { code: "link.absent", message: "gone" };
  const absent = bench("bench-check", [{ type: "outcome", outcome: "error", error }]);
  expect(await absent.test()).toMatchObject({ verdict: "fail", error: { code: "link.absent" } });
});
