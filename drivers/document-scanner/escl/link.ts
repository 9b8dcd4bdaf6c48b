import type { CodedError } from "../../../base/registry/coded-error.ts";
import type { Result } from "../../../base/result.ts";

export type EsclRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path from the root of the scanner's host. */
  readonly path: string;
  /** An XML document. */
  readonly body?: string;
  /** Bytes that the answer's body may have. */
  readonly most: number;
  /** The answer is a paper of somebody: it is in no trace. */
  readonly picture?: boolean;
};

export type EsclAnswer = {
  /** Of HTTP. */
  readonly status: number;
  /** Where what was made is; empty when the answer does not say. */
  readonly location: string;
  /** Empty unless the status is 200: what else scanners write is for people. */
  readonly body: Uint8Array;
};

export type LinkError = CodedError<
  | "link.absent"
  | "link.refused"
  | "link.lost"
  | "common.deadline"
  | "common.cancelled"
  | "document-scanner.bad-answer"
  | "document-scanner.too-large"
>;

export type LinkOptions = {
  /** Milliseconds for the whole exchange. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
};

/** Carries one request to a scanner and its answer back: HTTP in production (`http-link.ts`), memory in tests. Each has a connection of its own. */
export interface EsclLink {
  /** The scanner's address, e.g. `http://10.0.0.8/eSCL`. */
  readonly address: string;
  exchange(request: EsclRequest, options: LinkOptions): Promise<Result<EsclAnswer, LinkError>>;
}
