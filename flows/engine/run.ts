import { err, ok, type Result } from "../../base/result.ts";

export type RunProblem = "run-form" | "run-digit";

/**
 * A RUN as a person types it (dots, spaces and dash are optional, k or K), in the form `12345678-5`.
 *
 * @returns `run-form` when it is no RUN at all, `run-digit` when the check digit (modulus 11) does not fit.
 */
export function parseRun(typed: string): Result<string, RunProblem> {
  const compact = typed.replace(/[\s.\-–]/g, "").toUpperCase();
  const match = /^0*(\d{1,8})([\dK])$/.exec(compact);
  const [, number, digit] = match ?? [];
  if (number === undefined || digit === undefined) return err("run-form");
  return checkDigit(number) === digit ? ok(`${number}-${digit}`) : err("run-digit");
}

function checkDigit(number: string): string {
  let sum = 0;
  let weight = 2;
  for (const digit of [...number].reverse()) {
    sum += Number(digit) * weight;
    weight = weight === 7 ? 2 : weight + 1;
  }
  const rest = 11 - (sum % 11);
  return rest === 11 ? "0" : rest === 10 ? "K" : String(rest);
}
