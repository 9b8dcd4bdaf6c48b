import type { Condition } from "../../base/contracts/device-status.ts";
import type { ConditionMeanings } from "../conditions.ts";
import type { PagePrinterCondition, PagePrinterConditionCode } from "./interface.ts";

type Meaning = Pick<Condition, "severity" | "who">;

/** Severity and who acts, in the order of rank: the first one that holds is what a person should do first. */
const MEANING: ConditionMeanings<PagePrinterConditionCode> = {
  "device-fault": { severity: "fault", who: "technician" },
  "no-pdf": { severity: "fault", who: "technician" },
  "no-a4": { severity: "fault", who: "technician" },
  "media-jam": { severity: "fault", who: "attendant" },
  "cover-open": { severity: "fault", who: "attendant" },
  "tray-missing": { severity: "fault", who: "attendant" },
  "media-empty": { severity: "fault", who: "attendant" },
  "media-needed": { severity: "fault", who: "attendant" },
  "toner-empty": { severity: "fault", who: "attendant" },
  "waste-full": { severity: "fault", who: "technician" },
  "output-full": { severity: "fault", who: "attendant" },
  paused: { severity: "fault", who: "attendant" },
  "out-of-space": { severity: "fault", who: "technician" },
  "not-accepting": { severity: "fault", who: "technician" },
  "bad-answer": { severity: "fault", who: "technician" },
  "a4-not-ready": { severity: "warning", who: "attendant" },
  "media-low": { severity: "warning", who: "attendant" },
  "toner-low": { severity: "warning", who: "attendant" },
  "waste-nearly-full": { severity: "warning", who: "technician" },
  "output-nearly-full": { severity: "warning", who: "attendant" },
  wear: { severity: "warning", who: "technician" },
  "device-warning": { severity: "warning", who: "technician" },
  "warming-up": { severity: "info", who: "none" },
  "device-notice": { severity: "info", who: "none" },
};

/** Keywords of `printer-state-reasons` without their suffix: RFC 8011, 5.4.12; those marked PWG are of PWG 5100.9 and later. */
const REASONS: { readonly [reason: string]: PagePrinterConditionCode } = {
  "media-empty": "media-empty",
  "media-needed": "media-needed",
  "media-jam": "media-jam",
  "media-low": "media-low",
  "cover-open": "cover-open",
  "door-open": "cover-open",
  "interlock-open": "cover-open", // PWG
  "input-tray-missing": "tray-missing",
  "output-tray-missing": "tray-missing",
  "toner-empty": "toner-empty",
  "marker-supply-empty": "toner-empty",
  "marker-ink-empty": "toner-empty", // PWG
  "marker-toner-empty": "toner-empty", // PWG
  "marker-supply-missing": "toner-empty", // PWG
  "marker-toner-missing": "toner-empty", // PWG
  "marker-toner-cartridge-missing": "toner-empty", // PWG
  "marker-ink-missing": "toner-empty", // PWG
  "developer-empty": "toner-empty",
  "toner-low": "toner-low",
  "marker-supply-low": "toner-low",
  "marker-ink-low": "toner-low", // PWG
  "marker-toner-low": "toner-low", // PWG
  "developer-low": "toner-low",
  "marker-waste-full": "waste-full",
  "marker-waste-almost-full": "waste-nearly-full",
  "marker-waste-toner-receptacle-full": "waste-full", // PWG
  "output-area-full": "output-full",
  "output-area-almost-full": "output-nearly-full",
  "opc-life-over": "device-fault",
  "opc-near-eol": "wear",
  "fuser-over-temp": "warming-up",
  "fuser-under-temp": "warming-up",
  "timed-out": "device-fault",
  "interpreter-resource-unavailable": "out-of-space",
  "spool-area-full": "out-of-space",
  "connecting-to-device": "device-warning",
  paused: "paused",
  "moving-to-paused": "paused",
  "hold-new-jobs": "paused", // PWG
  shutdown: "device-fault",
  deactivated: "device-fault", // PWG
  "stopped-partly": "device-warning",
  stopping: "device-notice",
  other: "device-warning",
};

/**
 * What one reason means. The suffix is the printer's own severity (RFC 8011, 5.4.12): an `-error` stops it, with a `-warning` it still
 * prints (one of two trays may be empty), a `-report` is only news. A printer that has stopped is stopped by its warnings too: several
 * printers never say `-error`.
 */
export function conditionOf(
  reason: string,
  stopped: boolean,
): ({ readonly code: PagePrinterConditionCode } & Meaning) | undefined {
  if (reason === "none" || reason === "") return undefined;
  const [, word = reason, suffix] = /^(.*?)(?:-(error|warning|report))?$/s.exec(reason) ?? [];
  const code = REASONS[word] ?? unlisted(suffix);
  const meaning = MEANING[code];
  if (suffix === "report") return { code, severity: "info", who: "none" };
  return { code, ...meaning, severity: suffix === "warning" && !stopped ? milder(meaning.severity) : meaning.severity };
}

/** A reason that no table has is a vendor's: its suffix is all that is known of it. */
function unlisted(suffix: string | undefined): PagePrinterConditionCode {
  return suffix === "report" ? "device-notice" : suffix === "error" ? "device-fault" : "device-warning";
}

function milder(severity: Condition["severity"]): Condition["severity"] {
  return severity === "fault" ? "warning" : severity;
}

/**
 * The conditions for a status, the one to be dealt with first at the head; of reasons with one meaning the worst counts. One that
 * held before keeps its `since`.
 *
 * @param more what follows from the printer's capabilities and not from its reasons.
 */
export function conditionsOf(
  facts: { readonly reasons: readonly string[]; readonly stopped: boolean },
  more: readonly PagePrinterConditionCode[],
  before: readonly Condition[],
  now: number,
): PagePrinterCondition[] {
  const found = [
    ...facts.reasons.flatMap((reason) => conditionOf(reason, facts.stopped) ?? []),
    ...more.map((code) => ({ code, ...MEANING[code] })),
  ];
  const faulty = found.some(({ severity }) => severity === "fault");
  if (facts.stopped && !faulty) found.push({ code: "device-fault", ...MEANING["device-fault"] });
  return (Object.keys(MEANING) as PagePrinterConditionCode[]).flatMap((code) => {
    const same = found.filter((condition) => condition.code === code);
    const [worst] = (["fault", "warning", "info"] as const).flatMap((severity) =>
      same.filter((condition) => condition.severity === severity),
    );
    if (worst === undefined) return [];
    return [{ ...worst, since: before.find((condition) => condition.code === code)?.since ?? now }];
  });
}

/** Conditions that have an error of their own, when a document cannot be printed because of them. */
const ERRORS = {
  "no-pdf": "page-printer.format-unsupported",
  "no-a4": "page-printer.media-unsupported",
  "not-accepting": "page-printer.not-accepting",
  "media-jam": "page-printer.media-jam",
  "cover-open": "page-printer.cover-open",
  "tray-missing": "page-printer.tray-missing",
  "media-empty": "page-printer.media-empty",
  "media-needed": "page-printer.media-needed",
  "toner-empty": "page-printer.toner-empty",
  "waste-full": "page-printer.waste-full",
  "output-full": "page-printer.output-full",
  paused: "page-printer.paused",
  "out-of-space": "page-printer.out-of-space",
  "bad-answer": "page-printer.bad-answer",
} as const satisfies { readonly [code in PagePrinterConditionCode]?: string };

/** The error of the first condition that keeps the printer from printing; `undefined` when none does. */
export function stopOf(conditions: readonly PagePrinterCondition[]) {
  const fault = conditions.find(({ severity }) => severity === "fault");
  if (fault === undefined) return undefined;
  return fault.code in ERRORS ? ERRORS[fault.code as keyof typeof ERRORS] : "page-printer.device-fault";
}
