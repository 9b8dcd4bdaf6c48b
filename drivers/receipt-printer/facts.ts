import type { Condition } from "../../base/contracts/device-status.ts";
import { type ConditionMeanings, conditionsFor } from "../conditions.ts";
import type { PrinterCondition, PrinterConditionCode } from "./interface.ts";
import type { PrinterMessage } from "./parser.ts";
import {
  ASB_ERROR,
  ASB_PAPER,
  ASB_PRINTER,
  ERROR_STATUS,
  FULL_PAPER,
  FULL_RECOVERABLE,
  FULL_UNRECOVERABLE,
  FULL_USER,
  OFFLINE_STATUS,
  PAPER_STATUS,
  PRINTER_STATUS,
} from "./status-bits.ts";

/** What the printer has said of itself, whatever the form in which it said it. */
export type PrinterFacts = {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperNearEnd: boolean;
  readonly paperEnd: boolean;
  /** An error without a known cause (yet). */
  readonly error: boolean;
  readonly recoverable: boolean;
  readonly cutter: boolean;
  readonly unrecoverable: boolean;
  readonly headHot: boolean;
  readonly paperJam: boolean;
  readonly ticketInMouth: boolean;
  /** Custom: data wait to be printed, or paper moves. */
  readonly working: boolean;
};

export const NO_FACTS: PrinterFacts = {
  offline: false,
  coverOpen: false,
  paperNearEnd: false,
  paperEnd: false,
  error: false,
  recoverable: false,
  cutter: false,
  unrecoverable: false,
  headHot: false,
  paperJam: false,
  ticketInMouth: false,
  working: false,
};

export function sameFacts(a: PrinterFacts, b: PrinterFacts): boolean {
  return (Object.keys(NO_FACTS) as (keyof PrinterFacts)[]).every((fact) => a[fact] === b[fact]);
}

/** What the answer to `DLE EOT request` says. */
export function realtimeFacts(request: number, byte: number): Partial<PrinterFacts> {
  if (request === 1) return { offline: PRINTER_STATUS.decode(byte).offline };
  if (request === 2) {
    const { coverOpen, error } = OFFLINE_STATUS.decode(byte);
    return { coverOpen, error };
  }
  if (request === 3) {
    const { recoverable, cutter, unrecoverable, autoRecoverable } = ERROR_STATUS.decode(byte);
    return { recoverable, cutter, unrecoverable, headHot: autoRecoverable };
  }
  const { nearEnd, end } = PAPER_STATUS.decode(byte);
  return { paperNearEnd: nearEnd, paperEnd: end };
}

/** What a message that the printer sends by itself says; `undefined` for messages without facts. */
export function reportedFacts(message: PrinterMessage): Partial<PrinterFacts> | undefined {
  if (message.type === "asb") return asbFacts(message.bytes);
  return message.type === "full-status" ? fullStatusFacts(message.selector, message.bytes) : undefined;
}

function asbFacts([first, second, third]: readonly [number, number, number, number]): Partial<PrinterFacts> {
  const { offline, coverOpen } = ASB_PRINTER.decode(first);
  const { recoverable, cutter, unrecoverable, autoRecoverable } = ASB_ERROR.decode(second);
  const { nearEnd, end } = ASB_PAPER.decode(third);
  return {
    offline,
    coverOpen,
    recoverable,
    cutter,
    unrecoverable,
    headHot: autoRecoverable,
    error: recoverable || cutter || unrecoverable || autoRecoverable,
    paperNearEnd: nearEnd,
    paperEnd: end,
  };
}

function fullStatusFacts(selector: number, bytes: readonly number[]): Partial<PrinterFacts> {
  const rest = [...bytes];
  const [paper, user, recoverable, unrecoverable] = [1, 2, 4, 8].map((bit) =>
    selector & bit ? rest.shift() : undefined,
  );
  const errors = {
    ...(recoverable === undefined ? {} : recoverableFacts(recoverable)),
    ...(unrecoverable === undefined ? {} : unrecoverableFacts(unrecoverable)),
  };
  return {
    ...(paper === undefined ? {} : paperFacts(paper)),
    ...(user === undefined ? {} : userFacts(user)),
    ...errors,
    ...(recoverable === undefined || unrecoverable === undefined
      ? {}
      : { error: Object.values(errors).includes(true) }),
  };
}

function paperFacts(byte: number): Partial<PrinterFacts> {
  const { noPaper, nearEnd, ticketInOutput, virtualPaperEnd } = FULL_PAPER.decode(byte);
  return { paperEnd: noPaper || virtualPaperEnd, paperNearEnd: nearEnd, ticketInMouth: ticketInOutput };
}

function userFacts(byte: number): Partial<PrinterFacts> {
  const { headUp, coverOpen, spooling, motorOn } = FULL_USER.decode(byte);
  return { coverOpen: coverOpen || headUp, working: spooling || motorOn };
}

function recoverableFacts(byte: number): Partial<PrinterFacts> {
  const { headTemperature, paperJam, supplyVoltage } = FULL_RECOVERABLE.decode(byte);
  return { headHot: headTemperature, paperJam, recoverable: supplyVoltage };
}

function unrecoverableFacts(byte: number): Partial<PrinterFacts> {
  const { cutter, memory, eeprom, flash } = FULL_UNRECOVERABLE.decode(byte);
  return { cutter, unrecoverable: memory || eeprom || flash };
}

/** Severity and who acts, in the order of rank: the first one that holds is what a person should do first. */
const MEANING: ConditionMeanings<PrinterConditionCode> = {
  "not-answering": { severity: "fault", who: "technician" },
  "unrecoverable-error": { severity: "fault", who: "technician" },
  "cutter-fault": { severity: "fault", who: "technician" },
  "paper-jam": { severity: "fault", who: "attendant" },
  "cover-open": { severity: "fault", who: "attendant" },
  "paper-end": { severity: "fault", who: "attendant" },
  "recoverable-error": { severity: "fault", who: "attendant" },
  "head-hot": { severity: "warning", who: "none" },
  offline: { severity: "fault", who: "attendant" },
  "ticket-in-mouth": { severity: "info", who: "citizen" },
  "paper-near-end": { severity: "warning", who: "attendant" },
};

/** The codes that hold, first in rank first. */
export function conditionCodes(facts: PrinterFacts, silent: boolean): PrinterConditionCode[] {
  const causes: { readonly [code in PrinterConditionCode]?: boolean } = {
    "not-answering": silent,
    "unrecoverable-error": facts.unrecoverable,
    "cutter-fault": facts.cutter,
    "paper-jam": facts.paperJam,
    "cover-open": facts.coverOpen,
    // With the cover open the paper sensor sees nothing, which says nothing of the roll.
    "paper-end": facts.paperEnd && !facts.coverOpen,
    "recoverable-error": facts.recoverable || (facts.error && !facts.cutter && !facts.unrecoverable && !facts.headHot),
    "head-hot": facts.headHot,
    "ticket-in-mouth": facts.ticketInMouth,
    "paper-near-end": facts.paperNearEnd && !facts.paperEnd,
  };
  const explained = ["cutter-fault", "paper-jam", "cover-open", "paper-end", "recoverable-error", "head-hot"] as const;
  const offline = facts.offline && !facts.unrecoverable && !explained.some((code) => causes[code]);
  const holds = (code: PrinterConditionCode) => (code === "offline" ? offline : causes[code] === true);
  return (Object.keys(MEANING) as PrinterConditionCode[]).filter(holds);
}

/** The conditions for a status; one that held before keeps its `since`. */
export function conditionsOf(
  codes: readonly PrinterConditionCode[],
  before: readonly Condition[],
  now: number,
): PrinterCondition[] {
  return conditionsFor(MEANING, codes, before, now);
}

export type PrinterStop = Exclude<PrinterConditionCode, "not-answering" | "ticket-in-mouth" | "paper-near-end">;

const BREAKS = ["unrecoverable-error", "cutter-fault", "paper-jam", "recoverable-error"] as const;
const PAUSES = ["cover-open", "paper-end", "recoverable-error", "head-hot", "offline"] as const;

/**
 * A stop that only a reset or a repair ends: the ticket under way is lost. A recoverable error beside an open cover is
 * the cover's: closing it may end both.
 */
export function brokenBy(facts: PrinterFacts): PrinterStop | undefined {
  const codes = conditionCodes(facts, false);
  const proven = facts.recoverable && !facts.coverOpen;
  return BREAKS.find((stop) => codes.includes(stop) && (stop !== "recoverable-error" || proven));
}

/**
 * A stop after which the printer goes on by itself: paper is loaded, the cover closed, the head has cooled. An error
 * that is not explained (yet) counts as one.
 */
export function pausedBy(facts: PrinterFacts): PrinterStop | undefined {
  const codes = conditionCodes(facts, false);
  return PAUSES.find((stop) => codes.includes(stop));
}

/** What a person has to do something about first, of all that keeps the printer from printing. */
export function firstStop(facts: PrinterFacts): PrinterStop | undefined {
  return conditionCodes(facts, false)
    .map((code) => [...BREAKS, ...PAUSES].find((stop) => stop === code))
    .find((stop) => stop !== undefined);
}
