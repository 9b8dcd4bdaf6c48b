import { expect, test } from "vitest";
import { readVariables } from "./status-words.ts";

const read = (status: string, more: Record<string, string> = {}) =>
  readVariables(new Map(Object.entries({ "ups.status": status, ...more })));

test.each([
  ["OL", { source: "mains", low: false, conditions: [] }],
  ["OL CHRG", { source: "mains", conditions: [] }],
  ["OB DISCHRG", { source: "battery", low: false, conditions: ["on-battery"] }],
  ["OB LB", { source: "battery", low: true, conditions: ["on-battery", "battery-low"] }],
  ["OL RB", { source: "mains", conditions: ["replace-battery"] }],
  ["BYPASS", { source: "bypass", conditions: ["bypass"] }],
  ["OL BYPASS", { source: "bypass", conditions: ["bypass"] }],
  ["OL OB", { source: "battery" }],
  ["OFF", { source: "off", conditions: ["output-off"] }],
  ["FSD OB LB", { shutdown: true, conditions: ["forced-shutdown", "on-battery", "battery-low"] }],
  ["ALARM OL OVER CAL", { source: "mains", conditions: ["alarm", "overload", "calibrating"] }],
  ["OL NEWWORD constructor", { source: "mains", conditions: [] }],
  [" OL  OL ", { source: "mains", conditions: [] }],
])("%s", (status, expected) => expect(read(status)).toMatchObject(expected));

test.each(["", "WAIT", "CHRG", "ol"])("a status without a source is no status: %j", (status) =>
  expect(read(status)).toBeUndefined(),
);

test("numbers that are none are left out", () => {
  expect(read("OL", { "battery.charge": "87.5", "battery.runtime": "1200" })).toMatchObject({
    charge: 87.5,
    runtime: 1_200,
  });
  for (const wrong of ["", "-1", "101", "NaN", "1e3", "0x10", " 9"])
    expect(read("OL", { "battery.charge": wrong })).not.toHaveProperty("charge");
});
