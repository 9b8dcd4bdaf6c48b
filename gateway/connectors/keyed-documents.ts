import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { assumedInstitution } from "./assumed-institution.ts";
import type { CallFailure, SubmissionContext, Verification } from "./connector.ts";
import { verificationSchema } from "./fonasa-bono.ts";
import { outOfContract } from "./institution-http.ts";
import type { JsonFile } from "./json-files.ts";
import type { JsonInstitution } from "./json-institution.ts";

/** What an institution's document has, whatever it says: its number, and a code by which a paper is checked. */
type Numbered = { readonly folio: string; readonly verificationCode: string };

export type KeyedDocumentsOptions<T extends Numbered> = {
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  /** Milliseconds, for making one, for making one with files, and for asking what became of a key. */
  readonly deadlines: {
    readonly make: number;
    readonly withFiles?: number;
    readonly lookUp: number;
    readonly probe: number;
  };
  /** Where they are made and asked for, e.g. `/v1/certificates`. */
  readonly path: string;
  readonly answer: z.ZodType<T>;
  /** What the institution's refusals mean to us. */
  readonly refusals: Readonly<Record<string, ErrorCode>>;
  /** Whose a document is; the answer must be about the same person as the request. */
  readonly runOf: (document: T) => string;
  readonly verificationUrl: (folio: string, code: string) => string;
};

/**
 * An institution that makes documents and knows them by the caller's idempotency key: `POST <path>` makes one, `GET <path>?key=` tells
 * what became of a key, `GET <path>/<folio>?code=` whether a paper is true, `GET /v1/status` whether it is there.
 *
 * **Assumed contract** of our own: no institution has published one with folio and key.
 */
export class KeyedDocuments<T extends Numbered> {
  readonly #options: KeyedDocumentsOptions<T>;
  readonly #institution: JsonInstitution;

  constructor(options: KeyedDocumentsOptions<T>) {
    this.#options = options;
    this.#institution = assumedInstitution(options, options.refusals);
  }

  /**
   * @param run of the person whom it is about.
   * @param files that belong to it; the institution then has `deadlines.withFiles`.
   */
  async make(
    run: string,
    body: object,
    { key, signal }: Pick<SubmissionContext, "key" | "signal">,
    files: readonly JsonFile[] = [],
  ): Promise<Result<T & { verificationUrl: string }, CallFailure>> {
    const { path, answer, deadlines, runOf } = this.#options;
    const headers = { "idempotency-key": key };
    const made = await this.#institution.call({
      ...{ method: "POST", path, body, files, headers, answer, signal },
      deadline: files.length > 0 ? (deadlines.withFiles ?? deadlines.make) : deadlines.make,
    });
    if (!made.ok) return made;
    if (runOf(made.value) !== run) return err(outOfContract([{ path: ["run"] }]));
    return ok(this.#withVerification(made.value));
  }

  async find(
    key: string,
    signal: AbortSignal,
  ): Promise<Result<(T & { verificationUrl: string }) | undefined, CallFailure>> {
    const { path, answer, deadlines } = this.#options;
    const query = `${path}?key=${encodeURIComponent(key)}`;
    const found = await this.#institution.find({
      ...{ method: "GET", path: query, answer, deadline: deadlines.lookUp, signal },
    });
    if (!found.ok) return found;
    return ok(found.value === undefined ? undefined : this.#withVerification(found.value));
  }

  verify(folio: string, code: string, signal: AbortSignal): Promise<Result<Verification | undefined, CallFailure>> {
    const { path, deadlines } = this.#options;
    return this.#institution.find({
      method: "GET",
      path: `${path}/${encodeURIComponent(folio)}?code=${encodeURIComponent(code)}`,
      answer: verificationSchema,
      deadline: deadlines.lookUp,
      signal,
    });
  }

  async probe() {
    const { probe: deadline } = this.#options.deadlines;
    return await this.#institution.raw({ method: "GET", path: "/v1/status", deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }

  #withVerification(document: T): T & { verificationUrl: string } {
    const { folio, verificationCode } = document;
    return { ...document, verificationUrl: this.#options.verificationUrl(folio, verificationCode) };
  }
}
