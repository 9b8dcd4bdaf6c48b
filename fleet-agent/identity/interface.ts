import type { Observable } from "../../base/observable.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

/** One signed HTTP request's headers; `body` empty for none. */
export type ToSign = {
  readonly method: string;
  readonly url: URL;
  readonly contentType?: string;
  readonly body?: Uint8Array;
};

/** The kiosk's key and certificate. The key is made on this device and never leaves it. */
export interface KioskIdentity {
  readonly kiosk: string;
  /** What the place was called for people at the enrolment. */
  readonly place: string;
  /** Address of the update repository, relative to the server or absolute. */
  readonly updates: string;
  /** The update repository's root metadata that the enrolment brought, as signed. */
  readonly root: Readonly<Record<string, unknown>>;
  /** PEM, for TLS; changes with a renewal. */
  readonly credentials: Observable<{ readonly certificate: string; readonly key: string; readonly ca: string }>;
  /** Milliseconds since the Unix epoch. */
  readonly expires: Observable<number>;
  /** RFC 9421 and RFC 9530 headers for a request. `offset` is added to the clock: what the server told of its own. */
  sign(request: ToSign, offset: number): Promise<Readonly<Record<string, string>>>;
  /** Verifies a compact JWS of the fleet's director and gives its payload. */
  verifyDirector(jws: string, type: string): Promise<Result<unknown, CodedError>>;
  /** Whether two thirds of the certificate's life are over. */
  renewalDue(now: number): boolean;
  /** A CSR for the next certificate, and what takes the answer in: durable before it is used. */
  prepareRenewal(): Promise<{ readonly csr: string; install(certificate: string): Result<void, CodedError> }>;
}
