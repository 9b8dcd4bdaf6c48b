import { expect, test } from "vitest";
import { conditionOf, conditionsOf, stopOf } from "./conditions.ts";

const read = (reasons: string[], stopped = false) =>
  conditionsOf({ reasons, stopped }, [], [], 5).map(({ code, severity, who }) => `${code} ${severity} ${who}`);

test.each([
  ["media-empty-error", "media-empty", "fault", "attendant"],
  ["media-empty", "media-empty", "fault", "attendant"],
  ["media-empty-warning", "media-empty", "warning", "attendant"],
  ["media-needed", "media-needed", "fault", "attendant"],
  ["media-jam", "media-jam", "fault", "attendant"],
  ["door-open-error", "cover-open", "fault", "attendant"],
  ["interlock-open", "cover-open", "fault", "attendant"],
  ["marker-supply-low-report", "toner-low", "info", "none"],
  ["marker-supply-low-warning", "toner-low", "warning", "attendant"],
  ["marker-waste-full", "waste-full", "fault", "technician"],
  ["output-area-full", "output-full", "fault", "attendant"],
  ["spool-area-full", "out-of-space", "fault", "technician"],
  ["connecting-to-device", "device-warning", "warning", "technician"],
  ["paused", "paused", "fault", "attendant"],
  ["com.vendor.gears-error", "device-fault", "fault", "technician"],
  ["com.vendor.gears-report", "device-notice", "info", "none"],
  ["com.vendor.gears", "device-warning", "warning", "technician"],
])("%s is %s, a %s for the %s", (reason, code, severity, who) =>
  expect(conditionOf(reason, false)).toEqual({ code, severity, who }),
);

test("a reason of none is no condition", () => expect(conditionOf("none", false)).toBeUndefined());

test("what a printer that has stopped calls a warning has stopped it", () => {
  expect(read(["media-empty-warning"], true)).toEqual(["media-empty fault attendant"]);
  expect(read(["toner-low-warning"], true)).toEqual(["device-fault fault technician", "toner-low warning attendant"]);
});

test("a printer that has stopped and does not say why has a fault", () =>
  expect(read([], true)).toEqual(["device-fault fault technician"]));

test("what to do first stands first, and of two reasons with one meaning the worse counts", () =>
  expect(read(["toner-low", "media-empty", "media-jam", "media-empty-warning"])).toEqual([
    "media-jam fault attendant",
    "media-empty fault attendant",
    "toner-low warning attendant",
  ]));

test("a condition that held before keeps its time", () => {
  const before = conditionsOf({ reasons: ["paused"], stopped: true }, [], [], 5);
  expect(conditionsOf({ reasons: ["paused", "media-low"], stopped: true }, [], before, 9)).toMatchObject([
    { code: "paused", since: 5 },
    { code: "media-low", since: 9 },
  ]);
});

test("only a fault stops a document, and the first one names the error", () => {
  const stop = (...reasons: string[]) => stopOf(conditionsOf({ reasons, stopped: false }, [], [], 0));
  expect(stop("toner-low", "media-empty-warning")).toBeUndefined();
  expect(stop("toner-low", "media-empty", "door-open")).toBe("page-printer.cover-open");
  expect(stop("timed-out")).toBe("page-printer.device-fault");
});
