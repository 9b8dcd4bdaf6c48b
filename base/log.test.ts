import { expect, test } from "vitest";
import { createLogger, type LogRecord } from "./log.ts";

test("a field that the registry does not allow never reaches the log", () => {
  const records: LogRecord[] = [];
  const log = createLogger("runtime", (record) => records.push(record));
  const wide = { device: "terminal", link: "connected", name: "Rosa Muñoz", run: "12345678-5", toString: "x" };
  log("device.link", wide);
  expect(records).toEqual([
    { event: "device.link", level: "info", part: "runtime", fields: { device: "terminal", link: "connected" } },
  ]);
});

test("an object in an allowed field is dropped: personal data may be inside", () => {
  const records: LogRecord[] = [];
  const log = createLogger("runtime", (record) => records.push(record));
  log("device.link", JSON.parse('{"device":{"holder":"Rosa"},"cause":"x"}'));
  expect(records[0]?.fields).toEqual({ cause: "x" });
});
