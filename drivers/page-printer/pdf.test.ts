import { PDFDocument } from "pdf-lib";
import { expect, test } from "vitest";
import { concat } from "../../base/bytes/bytes.ts";
import { inspectPdf } from "./pdf.ts";

const made = await PDFDocument.create();
made.addPage();
made.addPage();
const pdf = await made.save({ useObjectStreams: false });
const bytes = (text: string) => new TextEncoder().encode(text);

test("pages are counted, whatever stands before and behind the document", async () => {
  expect(await inspectPdf(pdf)).toEqual({ ok: true, value: { pages: 2 } });
  expect(await inspectPdf(concat([bytes("\r\n"), pdf, bytes("\r\n\r\n")]))).toMatchObject({ value: { pages: 2 } });
});

test("a certificate that its institution locked by encryption is taken, and counted where that is possible", async () => {
  const text = Buffer.from(pdf).toString("latin1");
  const locked = text.replace(/trailer\s*<</, (trailer) => `${trailer} /Encrypt << /Filter /Standard /V 1 /R 2 >>`);
  expect(locked).toContain("/Encrypt");
  expect(await inspectPdf(Buffer.from(locked, "latin1"))).toMatchObject({ ok: true, value: { pages: 2 } });
});

test("what nobody but a printer can read is left to the printer", async () => {
  expect(await inspectPdf(bytes("%PDF-2.9\nobjects of a new kind\n%%EOF"))).toEqual({
    ok: true,
    value: { pages: undefined },
  });
});

test.each([
  ["nothing", new Uint8Array(0), "begin"],
  ["a web page", bytes("<html></html>"), "begin"],
  ["half a document", pdf.subarray(0, pdf.length / 2), "end"],
  ["more than 32 MB", new Uint8Array(32 * 1_048_576 + 1), "more than"],
])("%s is no document", async (_name, given, detail) => {
  expect(await inspectPdf(given)).toMatchObject({
    ok: false,
    error: { code: "page-printer.bad-document", message: expect.stringContaining(detail) },
  });
});
