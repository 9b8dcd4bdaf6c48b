import { ERRORS, type ErrorCode, type Who } from "./errors.ts";

/** An expected failure, named in the registry. Plain data: it crosses processes and the view contract. */
export type CodedError<C extends ErrorCode = ErrorCode> = {
  readonly code: C;
  /** One English sentence for technicians and logs: what is wrong, where. Never personal data. */
  readonly message: string;
  readonly who: Who;
};

/**
 * Makes the error registered under `code`.
 *
 * @param detail what this occurrence adds to the registry's meaning (a port, a byte count, a field name).
 */
export function coded<C extends ErrorCode>(code: C, detail?: string): CodedError<C> {
  const entry = ERRORS[code];
  return {
    code,
    message: detail === undefined ? entry.meaning : `${entry.meaning} (${detail})`,
    who: entry.who,
  };
}
