import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

export type LinkRequest = {
  /** An encoded message. */
  readonly head: Uint8Array;
  /** What follows it; absent for questions. */
  readonly document?: Uint8Array;
};

export type LinkFailure = {
  readonly error: CodedError<
    | "link.absent"
    | "link.refused"
    | "link.lost"
    | "common.deadline"
    | "common.cancelled"
    | "page-printer.bad-answer"
    | "page-printer.not-authorised"
  >;
  /** Whether the printer may have acted on the request all the same: it left, and no answer says that it was refused. */
  readonly maybeDone: boolean;
};

export type LinkOptions = {
  /** Milliseconds for the whole exchange. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Carries one IPP request to a printer and its answer back: HTTP in production (`http-link.ts`), memory in tests. Each exchange has
 * a connection of its own, so that a connection which the printer has given up meanwhile never puts a document in doubt.
 */
export interface IppLink {
  /** What the printer is called in messages, and the scheme, address and path of `printer-uri`, e.g. `ipp://127.0.0.1:631/ipp/print`. */
  readonly uri: string;
  /** @returns the body of the answer. */
  exchange(request: LinkRequest, options: LinkOptions): Promise<Result<Uint8Array, LinkFailure>>;
}

/** What an HTTP answer says about the exchange (RFC 8010, 4; RFC 9110, 15). */
export function readHttpAnswer(
  status: number,
  contentType: string | undefined,
  body: Uint8Array,
): Result<Uint8Array, LinkFailure> {
  const failure = (code: "page-printer.bad-answer" | "page-printer.not-authorised", detail: string) =>
    // A refusal of the client's side comes before anything was done; of a server's fault nobody knows.
    err({ error: coded(code, detail), maybeDone: status < 400 || status >= 500 });
  if (status === 401 || status === 403) return failure("page-printer.not-authorised", `HTTP ${status}`);
  if (status !== 200) return failure("page-printer.bad-answer", `HTTP ${status}`);
  const [type = ""] = (contentType ?? "").split(";");
  if (type.trim().toLowerCase() === "application/ipp") return ok(body);
  return failure("page-printer.bad-answer", "the content type is not application/ipp");
}
