import { enums, flag, integers, keywords, texts } from "../../drivers/page-printer/ipp/attributes.ts";
import type { IppAttribute, IppValue } from "../../drivers/page-printer/ipp/message.ts";
import { JOB_STATE, OPERATION, PRINTER_STATE } from "../../drivers/page-printer/ipp/operations.ts";
import type { PrintEngine, SimulatedJob } from "./engine.ts";

/** What kind of printer this is. */
export type PrinterNature = {
  readonly formats: readonly string[];
  readonly media: readonly string[];
  readonly sides: readonly string[];
  /** Old ones have only Print-Job. */
  readonly createJob: boolean;
};

export const OFFICE_PRINTER: PrinterNature = {
  formats: ["application/octet-stream", "application/pdf"],
  media: ["iso_a4_210x297mm", "iso_a5_148x210mm", "na_letter_8.5x11in"],
  sides: ["one-sided", "two-sided-long-edge", "two-sided-short-edge"],
  createJob: true,
};

const name = (attribute: string, ...values: readonly string[]) => texts("nameWithoutLanguage", attribute, ...values);
const text = (attribute: string, ...values: readonly string[]) => texts("textWithoutLanguage", attribute, ...values);

/** RFC 2579 DateAndTime in UTC. */
export function dateTime(attribute: string, milliseconds: number): IppAttribute {
  const at = new Date(milliseconds);
  const year = at.getUTCFullYear();
  const value = Uint8Array.of(
    ...[year >> 8, year & 0xff, at.getUTCMonth() + 1, at.getUTCDate()],
    ...[at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), 0, 0x2b, 0, 0],
  );
  return { name: attribute, values: [{ tag: "dateTime", value }] };
}

export function operationsOf({ createJob }: PrinterNature): number[] {
  return [
    ...[OPERATION["Print-Job"], OPERATION["Validate-Job"]],
    ...(createJob ? [OPERATION["Create-Job"], OPERATION["Send-Document"]] : []),
    ...[OPERATION["Cancel-Job"], OPERATION["Get-Job-Attributes"], OPERATION["Get-Jobs"]],
    OPERATION["Get-Printer-Attributes"],
  ];
}

/** Attributes that say what jobs may ask for (RFC 8011, 5.2). */
export function templateAttributes({ media, sides }: PrinterNature): readonly IppAttribute[] {
  const [a4 = ""] = media;
  return [
    integers("copies-default", 1),
    { name: "copies-supported", values: [{ tag: "rangeOfInteger", from: 1, to: 99 }] },
    name("job-sheets-default", "none"),
    name("job-sheets-supported", "none"),
    keywords("media-default", a4),
    keywords("media-supported", ...media),
    keywords("media-ready", a4),
    { name: "media-size-supported", values: media.slice(0, 1).map(() => size(21_000, 29_700)) },
    keywords("sides-default", "one-sided"),
    keywords("sides-supported", ...sides),
    enums("orientation-requested-default", 3),
    enums("orientation-requested-supported", 3, 4),
    enums("finishings-default", 3),
    enums("finishings-supported", 3),
    enums("print-quality-default", 4),
    enums("print-quality-supported", 4),
    { name: "printer-resolution-default", values: [{ tag: "resolution", cross: 600, feed: 600, units: 3 }] },
    { name: "printer-resolution-supported", values: [{ tag: "resolution", cross: 600, feed: 600, units: 3 }] },
    keywords("output-bin-default", "face-down"),
    keywords("output-bin-supported", "face-down"),
  ];
}

function size(x: number, y: number): IppValue {
  return { tag: "collection", members: [integers("x-dimension", x), integers("y-dimension", y)] };
}

export type PrinterDescription = {
  readonly uri: string;
  readonly nature: PrinterNature;
  readonly engine: PrintEngine;
  /** Seconds since it was switched on; at least 1. */
  readonly upTime: number;
  readonly now: number;
};

/** Attributes that describe the printer (RFC 8011, 5.4). */
export function descriptionAttributes(printer: PrinterDescription): readonly IppAttribute[] {
  const { uri, nature, engine, upTime, now } = printer;
  const reasons = engine.reasons.length === 0 ? ["none"] : engine.reasons;
  return [
    texts("charset", "charset-configured", "utf-8"),
    texts("charset", "charset-supported", "utf-8", "us-ascii"),
    keywords("compression-supported", "none"),
    texts("mimeMediaType", "document-format-default", "application/octet-stream"),
    texts("mimeMediaType", "document-format-supported", ...nature.formats),
    texts("naturalLanguage", "generated-natural-language-supported", "en"),
    texts("naturalLanguage", "natural-language-configured", "en"),
    keywords("ipp-versions-supported", "1.1", "2.0"),
    flag("multiple-document-jobs-supported", false),
    integers("multiple-operation-time-out", 60),
    keywords("multiple-operation-time-out-action", "abort-job"),
    enums("operations-supported", ...operationsOf(nature)),
    keywords("pdl-override-supported", "attempted"),
    dateTime("printer-current-time", now),
    text("printer-info", "Ventanilla, simulated page printer"),
    flag("printer-is-accepting-jobs", true),
    text("printer-location", "simulators/page-printer"),
    text("printer-make-and-model", "Ventanilla Simulated A4"),
    texts("uri", "printer-more-info", uri.replace(/^ipp/, "http")),
    name("printer-name", "ventanilla-a4"),
    enums("printer-state", PRINTER_STATE[engine.state]),
    text("printer-state-message", engine.reasons.join(", ")),
    keywords("printer-state-reasons", ...reasons),
    integers("printer-up-time", upTime),
    texts("uri", "printer-uri-supported", uri),
    keywords("uri-authentication-supported", "none"),
    keywords("uri-security-supported", "none"),
    integers("queued-job-count", engine.jobs.filter(({ completedAt }) => completedAt === undefined).length),
    integers("pages-per-minute", 40),
    flag("color-supported", false),
    keywords("which-jobs-supported", "completed", "not-completed"),
    keywords("job-creation-attributes-supported", "copies", "media", "sides", "job-sheets", "print-quality"),
  ];
}

/** A job's attributes (RFC 8011, 5.3). Times are seconds of `printer-up-time`. */
export function jobAttributes(
  job: SimulatedJob,
  uri: string,
  seconds: (at: number) => number,
): readonly IppAttribute[] {
  const time = (attribute: string, at: number | undefined): IppAttribute =>
    at === undefined ? { name: attribute, values: [{ tag: "no-value" }] } : integers(attribute, seconds(at));
  return [
    integers("job-id", job.id),
    texts("uri", "job-uri", `${uri}/${job.id}`),
    texts("uri", "job-uuid", job.uuid),
    texts("uri", "job-printer-uri", uri),
    name("job-name", job.name),
    name("job-originating-user-name", job.user),
    enums("job-state", JOB_STATE[job.state]),
    keywords("job-state-reasons", ...(job.reasons.length === 0 ? ["none"] : job.reasons)),
    text("job-state-message", job.reasons.join(", ")),
    integers("job-impressions-completed", job.impressions),
    integers("job-media-sheets-completed", job.impressions),
    integers("number-of-documents", job.document === undefined ? 0 : 1),
    integers("job-k-octets", Math.ceil((job.document?.length ?? 0) / 1024)),
    integers("copies", job.copies),
    texts("charset", "attributes-charset", "utf-8"),
    texts("naturalLanguage", "attributes-natural-language", "en"),
    time("time-at-creation", job.createdAt),
    time("time-at-processing", job.processedAt),
    time("time-at-completed", job.completedAt),
    integers("job-printer-up-time", seconds(Number.POSITIVE_INFINITY)),
  ];
}
