import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import {
  QUERIES,
  type QueryResult,
  SUBMISSIONS,
  type SubmissionInput,
  type SubmissionResult,
} from "../../base/contracts/gateway.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import { assumedInstitution } from "./assumed-institution.ts";
import type { CallFailure, SubmissionContext, Verification } from "./connector.ts";
import { outOfContract } from "./institution-http.ts";
import type { JsonInstitution } from "./json-institution.ts";

export type FonasaBonoOptions = NonNullable<InstitutionsConfig["fonasa"]>["bono"] & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly verificationUrl: (folio: string, code: string) => string;
};

const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  "not-eligible": "fonasa.not-eligible",
  "prestacion-unknown": "fonasa.prestacion-unknown",
  "provider-unknown": "fonasa.provider-unknown",
  "quote-unknown": "fonasa.quote-expired",
  "quote-expired": "fonasa.quote-expired",
  "amount-mismatch": "fonasa.amount-mismatch",
  "bono-unknown": "fonasa.bono-unknown",
  "bono-not-annullable": "fonasa.bono-not-annullable",
};

/** The issued bono as the institution tells it: the contract's result without the address of our verification page. */
const issued = SUBMISSIONS["fonasa.bono.issue"].result.omit({ verificationUrl: true });
const annulled = z.strictObject({ folio: z.string() });

export const verificationSchema = z.strictObject({
  state: z.enum(["valid", "expired", "annulled", "used"]),
  issuedAt: z.iso.datetime({ offset: true }),
  validUntil: z.iso.date(),
});

type Bono = SubmissionResult<"fonasa.bono.issue">;
type Annulment = SubmissionResult<"fonasa.bono.annul">;

/**
 * Quotes, issues and annuls FONASA bonos.
 *
 * **Assumed contract**: FONASA publishes no interface for this. Paths, fields, the idempotency key and the status by
 * key are of our own design, so that the real one has one file to go into. The rules behind it are published.
 */
export class FonasaBono {
  readonly #options: FonasaBonoOptions;
  readonly #institution: JsonInstitution;

  constructor(options: FonasaBonoOptions) {
    this.#options = options;
    this.#institution = assumedInstitution(options, REFUSALS);
  }

  prestaciones(signal: AbortSignal): Promise<Result<QueryResult<"fonasa.prestaciones">, CallFailure>> {
    return this.#ask(QUERIES["fonasa.prestaciones"].result, "/v1/prestaciones", signal);
  }

  providers(prestacion: string, signal: AbortSignal): Promise<Result<QueryResult<"fonasa.providers">, CallFailure>> {
    return this.#ask(
      QUERIES["fonasa.providers"].result,
      `/v1/providers?prestacion=${encodeURIComponent(prestacion)}`,
      signal,
    );
  }

  quote(
    input: { readonly run: string; readonly prestacion: string; readonly provider: string },
    signal: AbortSignal,
  ): Promise<Result<QueryResult<"fonasa.quote">, CallFailure>> {
    return this.#institution.call({
      method: "POST",
      path: "/v1/quotes",
      body: input,
      answer: QUERIES["fonasa.quote"].result,
      deadline: this.#options.deadlines.bono,
      signal,
    });
  }

  async issue(
    input: SubmissionInput<"fonasa.bono.issue">,
    { key, signal }: SubmissionContext,
  ): Promise<Result<Bono, CallFailure>> {
    const bono = await this.#institution.call({
      method: "POST",
      path: "/v1/bonos",
      body: input,
      headers: { "idempotency-key": key },
      answer: issued,
      deadline: this.#options.deadlines.bono,
      signal,
    });
    if (!bono.ok) return bono;
    if (bono.value.beneficiary.run !== input.run) return err(outOfContract([{ path: ["beneficiary", "run"] }]));
    return ok(this.#withVerification(bono.value));
  }

  async findIssued(key: string, signal: AbortSignal): Promise<Result<Bono | undefined, CallFailure>> {
    const bono = await this.#institution.find({
      method: "GET",
      path: `/v1/bonos?key=${encodeURIComponent(key)}`,
      answer: issued,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
    if (!bono.ok) return bono;
    return ok(bono.value === undefined ? undefined : this.#withVerification(bono.value));
  }

  async annul(
    input: SubmissionInput<"fonasa.bono.annul">,
    { key, signal }: SubmissionContext,
  ): Promise<Result<Annulment, CallFailure>> {
    const answer = await this.#institution.call({
      method: "POST",
      path: `/v1/bonos/${encodeURIComponent(input.folio)}/annulment`,
      body: {},
      headers: { "idempotency-key": key },
      answer: annulled,
      deadline: this.#options.deadlines.bono,
      signal,
    });
    return answer.ok ? ok({ annulled: true }) : answer;
  }

  async findAnnulled(key: string, signal: AbortSignal): Promise<Result<Annulment | undefined, CallFailure>> {
    const answer = await this.#institution.find({
      method: "GET",
      path: `/v1/annulments?key=${encodeURIComponent(key)}`,
      answer: annulled,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
    if (!answer.ok) return answer;
    return ok(answer.value === undefined ? undefined : { annulled: true });
  }

  verify(folio: string, code: string, signal: AbortSignal): Promise<Result<Verification | undefined, CallFailure>> {
    return this.#institution.find({
      method: "GET",
      path: `/v1/bonos/${encodeURIComponent(folio)}?code=${encodeURIComponent(code)}`,
      answer: verificationSchema,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
  }

  async probe(deadline: number) {
    return await this.#institution.raw({ method: "GET", path: "/v1/status", deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }

  #ask<S extends z.ZodType>(answer: S, path: string, signal: AbortSignal): Promise<Result<z.infer<S>, CallFailure>> {
    return this.#institution.call({ method: "GET", path, answer, deadline: this.#options.deadlines.bono, signal });
  }

  #withVerification(bono: z.infer<typeof issued>): Bono {
    return { ...bono, verificationUrl: this.#options.verificationUrl(bono.folio, bono.verificationCode) };
  }
}
