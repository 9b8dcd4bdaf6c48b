import { expect, test } from "vitest";
import { enums, flag, integers, keywords, texts } from "./ipp/attributes.ts";
import { GROUP, type IppAttribute } from "./ipp/message.ts";
import { PRINTER_STATE } from "./ipp/operations.ts";
import { judge, readJob, waitsForDocument } from "./job-facts.ts";
import { readPrinter, shortcomings } from "./printer-facts.ts";

const printer = (...attributes: IppAttribute[]) =>
  readPrinter({
    ...{ version: [2, 0], code: 0, requestId: 1 },
    groups: [{ tag: GROUP.printer, attributes: [enums("printer-state", PRINTER_STATE.idle), ...attributes] }],
  });
const lacks = (...attributes: IppAttribute[]) => {
  const facts = printer(texts("mimeMediaType", "document-format-supported", "application/PDF"), ...attributes);
  return facts === undefined ? undefined : shortcomings(facts);
};

test("an answer without a state is no printer's", () => {
  expect(readPrinter({ version: [2, 0], code: 0, requestId: 1, groups: [] })).toBeUndefined();
  expect(
    readPrinter({ version: [2, 0], code: 0, requestId: 1, groups: [{ tag: GROUP.printer, attributes: [] }] }),
  ).toBeUndefined();
});

test("A4 counts by its name, with a tray's name behind it, and by its older name", () => {
  expect(lacks(keywords("media-supported", "iso_a4_210x297mm"))).toEqual([]);
  expect(lacks(keywords("media-supported", "iso_a4_210x297mm_main"))).toEqual([]);
  expect(lacks(keywords("media-supported", "iso-a4"))).toEqual([]);
  expect(lacks(keywords("media-supported", "iso_a5_148x210mm", "iso_a40_1x1mm"))).toEqual(["no-a4"]);
  expect(lacks()).toEqual([]);
});

test("A4 that lies in no tray is told, when the printer says what does", () => {
  const known = keywords("media-supported", "iso_a4_210x297mm", "na_letter_8.5x11in");
  expect(lacks(known, keywords("media-ready", "na_letter_8.5x11in"))).toEqual(["a4-not-ready"]);
  expect(lacks(known, keywords("media-ready", "iso_a4_210x297mm"))).toEqual([]);
  expect(lacks(known, { name: "media-ready", values: [{ tag: "no-value" }] })).toEqual([]);
});

test("one that takes no jobs, and one without PDF", () => {
  expect(lacks(flag("printer-is-accepting-jobs", false))).toEqual(["not-accepting"]);
  const raster = printer(texts("mimeMediaType", "document-format-supported", "image/pwg-raster"));
  expect(raster === undefined ? undefined : shortcomings(raster)).toEqual(["no-pdf"]);
});

const job = (state: number, reasons: string[], ...more: IppAttribute[]) =>
  readJob({
    tag: GROUP.job,
    attributes: [integers("job-id", 4), enums("job-state", state), keywords("job-state-reasons", ...reasons), ...more],
  });

test.each([
  [9, ["job-completed-successfully"], "delivered"],
  [9, ["job-completed-successfully", "queued-in-device"], "doubtful"],
  [9, ["job-completed-with-warnings"], "doubtful"],
  [9, ["job-completed-with-errors"], "doubtful"],
  [9, ["none"], "doubtful"],
  [8, ["aborted-by-system"], "aborted"],
  [7, ["job-canceled-by-operator"], "canceled"],
  [6, ["printer-stopped"], "under-way"],
  [5, ["job-completed-successfully"], "under-way"],
  [3, ["none"], "under-way"],
])("job state %i with %j is %s", (state, reasons, verdict) => {
  const facts = job(state, reasons);
  expect(facts === undefined ? undefined : judge(facts)).toBe(verdict);
});

test("a job in a state that nobody knows is none", () => expect(job(42, ["none"])).toBeUndefined());

test("a job shows that its document is missing by a reason or by a count, and only before it prints", () => {
  const waits = (state: number, reasons: string[], ...more: IppAttribute[]) => {
    const facts = job(state, reasons, ...more);
    return facts === undefined ? undefined : waitsForDocument(facts);
  };
  expect(waits(4, ["job-incoming"])).toBe(true);
  expect(waits(3, ["job-data-insufficient"])).toBe(true);
  expect(waits(3, ["none"], integers("number-of-documents", 0))).toBe(true);
  expect(waits(3, ["none"], integers("number-of-documents", 1))).toBe(false);
  expect(waits(3, ["none"])).toBe(false);
  expect(waits(5, ["job-incoming"])).toBe(false);
});

test("pages are counted by impressions, by sheets where there are none, and never negative", () => {
  const count = (...more: IppAttribute[]) => job(9, ["none"], ...more)?.impressions;
  expect(count(integers("job-impressions-completed", 3))).toBe(3);
  expect(count(integers("job-impressions-completed", 0), integers("job-media-sheets-completed", 2))).toBe(2);
  expect(count(integers("job-impressions-completed", -2))).toBe(0);
  expect(count()).toBe(0);
});
