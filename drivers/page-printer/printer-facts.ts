import type { PagePrinterCapabilities, PagePrinterConditionCode } from "./interface.ts";
import { flagOf, groupsOf, numberOf, numbersOf, textsOf, valuesOf } from "./ipp/attributes.ts";
import { GROUP, type IppMessage } from "./ipp/message.ts";
import { nameOf, OPERATION, type OperationName, PRINTER_STATE, type PrinterState } from "./ipp/operations.ts";

export const PDF = "application/pdf";
/** PWG 5101.1's name of A4. */
export const A4 = "iso_a4_210x297mm";

/** What a printer said of itself in one answer. */
export type PrinterFacts = {
  readonly state: PrinterState | undefined;
  readonly stopped: boolean;
  readonly reasons: readonly string[];
  readonly accepting: boolean;
  readonly capabilities: PagePrinterCapabilities;
  readonly operations: readonly OperationName[];
  /** Paper that lies in the trays; `undefined` when the printer does not say. */
  readonly ready: readonly string[] | undefined;
  readonly sheets: readonly string[];
};

/** The attributes that `readPrinter` reads: asked for by name, because all of a printer's attributes can be a hundred kilobytes. */
export const PRINTER_ATTRIBUTES = [
  "printer-state",
  "printer-state-reasons",
  "printer-is-accepting-jobs",
  "printer-make-and-model",
  "document-format-supported",
  "media-supported",
  "media-ready",
  "sides-supported",
  "copies-supported",
  "job-sheets-supported",
  "operations-supported",
] as const;

/** `undefined` when the answer holds no printer. */
export function readPrinter(message: IppMessage): PrinterFacts | undefined {
  const [printer] = groupsOf(message, GROUP.printer);
  const code = numberOf(printer, "printer-state");
  if (printer === undefined || code === undefined) return undefined;
  const state = nameOf(PRINTER_STATE, code);
  const codes = numbersOf(printer, "operations-supported");
  const operations = (Object.keys(OPERATION) as OperationName[]).filter((name) => codes.includes(OPERATION[name]));
  const ready = textsOf(printer, "media-ready");
  const [makeAndModel] = textsOf(printer, "printer-make-and-model");
  const [copies] = valuesOf(printer, "copies-supported");
  return {
    state,
    stopped: state === "stopped",
    reasons: textsOf(printer, "printer-state-reasons"),
    accepting: flagOf(printer, "printer-is-accepting-jobs") ?? true,
    operations,
    ready: ready.length === 0 ? undefined : ready,
    sheets: textsOf(printer, "job-sheets-supported"),
    capabilities: {
      formats: textsOf(printer, "document-format-supported").map((format) => format.toLowerCase()),
      media: textsOf(printer, "media-supported"),
      sides: textsOf(printer, "sides-supported"),
      maxCopies: copies?.tag === "rangeOfInteger" ? copies.to : 1,
      createJob: operations.includes("Create-Job") && operations.includes("Send-Document"),
      ...(makeAndModel === undefined ? {} : { makeAndModel }),
    },
  };
}

/** What keeps certificates from being printed here, or may, whatever the printer thinks of itself. */
export function shortcomings({ capabilities, accepting, ready }: PrinterFacts): PagePrinterConditionCode[] {
  const { formats, media } = capabilities;
  const lacks: { readonly [code in PagePrinterConditionCode]?: boolean } = {
    "no-pdf": !formats.includes(PDF),
    // One that lists no paper at all (RFC 8011 allows it) may have A4.
    "no-a4": media.length > 0 && !media.some(isA4),
    "not-accepting": !accepting,
    "a4-not-ready": media.some(isA4) && ready !== undefined && !ready.some(isA4),
  };
  return (Object.keys(lacks) as PagePrinterConditionCode[]).filter((code) => lacks[code]);
}

/** Also with a tray's or a margin's name behind it (PWG 5101.1, 5: `iso_a4_210x297mm_main`), and by its older name. */
function isA4(media: string): boolean {
  return media === A4 || media.startsWith(`${A4}_`) || media === "iso-a4";
}
