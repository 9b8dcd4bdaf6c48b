import type { CodedError } from "./registry/coded-error.ts";
import type { Result } from "./result.ts";

/**
 * The end of a command that acts on the world (a charge, a print, a submission).
 *
 * `unknown` is a first-class end: the command may or may not have taken effect, and nothing else may
 * happen until the device or the institution has been asked.
 */
export type Outcome<T, E extends CodedError = CodedError> =
  | { readonly outcome: "ok"; readonly value: T }
  | { readonly outcome: "error"; readonly error: E }
  | { readonly outcome: "unknown"; readonly error: E };

export function done<T>(value: T): Outcome<T, never> {
  return { outcome: "ok", value };
}

export function failed<E extends CodedError>(error: E): Outcome<never, E> {
  return { outcome: "error", error };
}

export function uncertain<E extends CodedError>(error: E): Outcome<never, E> {
  return { outcome: "unknown", error };
}

export function fromResult<T, E extends CodedError>(result: Result<T, E>): Outcome<T, E> {
  return result.ok ? done(result.value) : failed(result.error);
}
