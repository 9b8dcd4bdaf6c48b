import { parseMobile, parsePhone } from "../../../base/phone.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { parseRun } from "../../../base/run.ts";
import type { Scope } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { readDate, shownDate } from "./date.ts";
import type { AskStep } from "./schema.ts";

/** What is wrong with an answer: the key of the text that says so, below `ask.`, and what that text speaks of. */
export type Fault = { readonly key: string; readonly facts?: Scope };

export function fault(key: string, facts?: Scope): Result<never, Fault> {
  return err(facts === undefined ? { key } : { key, facts });
}

/** A question that is answered by typing into one field. */
export type TypedStep = Exclude<AskStep, { input: "address" | "file" }>;

/**
 * Reads what was typed with tolerance: spaces, dots and dashes around numbers do no harm.
 *
 * @param today ISO date or local time, from which a definition's days are counted.
 */
export function readAnswer(step: TypedStep, typed: string, today: string): Result<string | number, Fault> {
  const value = typed.trim();
  if (value === "") return fault("empty");
  if ("max" in step && value.length > step.max) return fault("too-long");
  switch (step.input) {
    case "text":
    case "email":
    case "run":
    case "phone":
      return readWords(step.input, value, step.max);
    case "number":
      return within(step, value.replace(/[\s.-]/g, ""), "number");
    case "money":
      return within(step, value.replace(/[\s.$]/g, ""), "money");
    case "date":
      return readDate(step, value, today);
  }
}

/** Reads an answer that stays a text, e.g. an address for a copy. @param longest characters of an e-mail address. */
export function readWords(
  input: "text" | "email" | "run" | "phone" | "mobile",
  value: string,
  longest: number,
): Result<string, Fault> {
  switch (input) {
    case "text":
      return ok(value);
    case "email":
      return isEmail(value, longest) ? ok(value) : fault("email");
    case "run": {
      const run = parseRun(value);
      return run.ok ? run : fault(`run-${run.error}`);
    }
    case "phone": {
      const phone = parsePhone(value);
      return phone.ok ? phone : fault(phone.error);
    }
    case "mobile": {
      const mobile = parseMobile(value);
      return mobile.ok ? mobile : fault(mobile.error);
    }
  }
}

/** Whether `text` can be an e-mail address. @param longest characters. */
function isEmail(text: string, longest: number): boolean {
  return text.length <= longest && /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text);
}

/** Longer ones are no safe integers. */
const DIGITS = /^\d{1,15}$/;

function within(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  digits: string,
  kind: "number" | "money",
): Result<number, Fault> {
  if (!DIGITS.test(digits)) return fault(kind);
  const value = Number(digits);
  if (from !== undefined && value < from) return fault(`${kind}-too-small`, { limit: from });
  if (to !== undefined && value > to) return fault(`${kind}-too-large`, { limit: to });
  return ok(value);
}

/** An answer as it stands in the field when the citizen comes back to it. */
export function shownAnswer(step: TypedStep, value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return step.input === "date" ? shownDate(String(value)) : String(value);
}

/** Characters that can be typed into the field. */
export function longestAnswer(step: TypedStep): number {
  if ("max" in step) return step.max;
  return step.input === "date" ? "31-12-2026".length : String(step.to).length;
}
