import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { logUploadSchema } from "../../base/contracts/fleet/command.ts";
import { MAX_BODY } from "../../base/contracts/fleet/report.ts";
import { assertOk } from "../../base/result.ts";
import { allowedRecords, gatherLogs } from "./logs.ts";

const clock = new SimulatedClock();
const directory = mkdtempSync(join(tmpdir(), "logs-"));
const { signal } = new AbortController();
afterEach(() => vi.unstubAllEnvs());

function line(count: number, text = "camera"): string {
  const fields = { part: text, reason: `r${count}` };
  return JSON.stringify({ time: "2026-11-23T12:00:00.000Z", part: "runtime", event: "process.stopped", fields });
}

test("the last records are taken, oldest first, whatever stands between them", async () => {
  const file = join(directory, "runtime.log");
  writeFileSync(file, ["half a line", line(1), "Error: x", line(2), "  at y", line(3), ""].join("\n"));
  const upload = assertOk(await gatherLogs("runtime", 2, file, clock, signal), "logs");
  expect(upload.records.map(({ reason }) => reason)).toEqual(["r2", "r3"]);
});

test("a log that is longer than one request is cut at its beginning", async () => {
  const file = join(directory, "long.log");
  const lines = Array.from({ length: 4_000 }, (_, index) => line(index, "x".repeat(700)));
  writeFileSync(file, `${lines.join("\n")}\n`);
  const upload = assertOk(await gatherLogs("runtime", 2_000, file, clock, signal), "logs");
  expect(logUploadSchema.safeParse(upload).success).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(upload))).toBeLessThan(MAX_BODY);
  expect(upload.records.at(-1)?.reason).toBe("r3999");
});

test("a part that logs to systemd's journal is read from there", async () => {
  const program = join(directory, "journalctl");
  writeFileSync(program, `#!/bin/sh\necho "$*" > ${directory}/asked\necho '${line(1)}'\n`);
  chmodSync(program, 0o755);
  vi.stubEnv("PATH", `${directory}${delimiter}${process.env.PATH}`);
  const upload = assertOk(await gatherLogs("shell", 10, undefined, clock, signal), "logs");
  expect(upload.records.map(({ reason }) => reason)).toEqual(["r1"]);
});

test("a log that cannot be read is an error that says which", async () =>
  expect(await gatherLogs("agent", 10, join(directory, "nowhere"), clock, signal)).toMatchObject({
    error: { code: "agent.logs-unreadable", message: expect.stringContaining("ENOENT") },
  }));

test.each([
  ["a field of another kind", { event: "journal.ended", fields: { journey: { run: "1-9" }, result: ["x"] } }],
  ["a field that is not allowed", { event: "journal.ended", fields: { name: "María" } }],
  ["an inherited name", { event: "journal.ended", fields: JSON.parse('{"__proto__":{"journey":"x"}}') }],
])("%s does not leave the kiosk", (_name, record) =>
  expect(allowedRecords([JSON.stringify(record)])).toEqual([{ level: "info", event: "journal.ended" }]),
);

test.each(["toString", "__proto__", "no.event", 5])("the event %s is none", (event) =>
  expect(allowedRecords([JSON.stringify({ event, fields: {} })])).toEqual([]),
);
