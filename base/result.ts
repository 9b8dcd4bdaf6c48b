/** A computation that can fail in an expected way. Unexpected failures are thrown. */
export type Result<T, E> = Ok<T> | Err<E>;

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };

export function ok(): Ok<void>;
export function ok<T>(value: T): Ok<T>;
export function ok<T>(value?: T): Ok<T | undefined> {
  return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/**
 * The value of a result that cannot be an error here.
 *
 * @throws Error naming `why` when it is one: that is a defect, not an expected failure.
 */
export function assertOk<T, E>(result: Result<T, E>, why: string): T {
  if (result.ok) return result.value;
  throw new Error(`${why}: ${describe(result.error)}`);
}

function describe(error: unknown): string {
  return typeof error === "string" ? error : JSON.stringify(error);
}
