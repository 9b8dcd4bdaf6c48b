import { expect, test } from "vitest";
import { createProcessLogger } from "./log.ts";

function collect() {
  const lines: string[] = [];
  return { lines, stream: { write: (line: string) => void lines.push(line) } };
}

test("an event becomes one JSON line with its level, part and allowed fields", () => {
  const { lines, stream } = collect();
  createProcessLogger("gateway", stream)("process.started", { part: "gateway", version: "1.2.3" });
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0] ?? "");
  expect(line).toMatchObject({
    level: "info",
    part: "gateway",
    event: "process.started",
    meaning: "A part of the system has started",
    fields: { part: "gateway", version: "1.2.3" },
  });
  expect(line).toHaveProperty("time", expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/));
});

test("a field that the registry does not allow never reaches the line", () => {
  const { lines, stream } = collect();
  const wide: { part: string } = Object.assign({ part: "gateway" }, { run: "12345678-5" });
  createProcessLogger("gateway", stream)("process.stopped", wide);
  expect(lines.join("")).not.toContain("12345678");
});
