import { err, ok, type Result } from "./result.ts";

/** What is wrong with a RUN: it does not look like one, or its check digit does not belong to its number. */
export type RunFault = "form" | "check-digit";

const WRITTEN = /^0*([1-9]\d{0,7})-?([\dkK])$/;
const CANONICAL = /^[1-9]\d{0,7}-[\dK]$/;
/** Blanks, dots and the dashes that keyboards and documents use. */
const BLANKS_AND_DOTS = /[\s.]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;

/**
 * The check digit of a RUN by módulo 11: weights 2 to 7 repeating from the right, 11 minus the remainder, where 11 is
 * written `0` and 10 is written `K`.
 *
 * @param number the RUN without its check digit, e.g. 12345678.
 * @throws RangeError when it is not a whole number from 0 up.
 */
export function runCheckDigit(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`not the number of a RUN: ${number}`);
  let sum = 0;
  let weight = 2;
  for (let rest = number; rest > 0; rest = Math.floor(rest / 10)) {
    sum += (rest % 10) * weight;
    weight = weight === 7 ? 2 : weight + 1;
  }
  const digit = 11 - (sum % 11);
  return digit === 11 ? "0" : digit === 10 ? "K" : String(digit);
}

/**
 * Reads a RUN as people and documents write it: with or without dots, blanks, dash and leading zeros, `k` in either case.
 *
 * @returns its one canonical form, e.g. `12345678-5`: no dots, no leading zeros, a dash, upper-case `K`.
 */
export function parseRun(text: string): Result<string, RunFault> {
  const match = WRITTEN.exec(text.replace(BLANKS_AND_DOTS, "").replace(DASHES, "-"));
  if (match === null) return err("form");
  const [, number = "", written = ""] = match;
  const digit = written.toUpperCase();
  return runCheckDigit(Number(number)) === digit ? ok(`${number}-${digit}`) : err("check-digit");
}

/** Whether `text` is a RUN in canonical form with the right check digit. Nothing is forgiven: use it at borders between programs. */
export function isRun(text: string): boolean {
  return CANONICAL.test(text) && parseRun(text).ok;
}

/** A canonical RUN as people read it, e.g. `12.345.678-5`. */
export function formatRun(run: string): string {
  const [number = "", digit = ""] = run.split("-");
  return `${number.replace(/\B(?=(\d{3})+$)/g, ".")}-${digit}`;
}
