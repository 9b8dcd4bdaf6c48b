import type { TargetCustom } from "../../base/contracts/fleet/release.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

/** A target of the update repository, as its verified metadata describes it. */
export type VerifiedTarget = {
  readonly path: string;
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
  readonly custom: TargetCustom;
};

/** The TUF client: what it returns was signed by the roles that may sign it, is not older than what was seen, and has not expired. */
export interface UpdateClient {
  /** Brings the trusted metadata up to date; the store is durable at every step. */
  refresh(signal: AbortSignal): Promise<Result<{ readonly expires: number }, CodedError>>;
  /** Looks a target up in the trusted metadata. */
  find(path: string, signal: AbortSignal): Promise<Result<VerifiedTarget, CodedError>>;
  /**
   * Fetches a target, goes on where an earlier try ended, and gives the verified file. Bounded in bytes, time and tries;
   * nothing that is not verified ever has the file's name.
   */
  download(
    target: VerifiedTarget,
    signal: AbortSignal,
  ): Promise<Result<{ readonly file: string; readonly fetched: number }, CodedError>>;
}
