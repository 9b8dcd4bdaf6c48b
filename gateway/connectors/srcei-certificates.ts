import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { SUBMISSIONS, type SubmissionInput, type SubmissionResult } from "../../base/contracts/gateway.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { CallFailure, SubmissionContext, Verification } from "./connector.ts";
import { errorBody, verificationSchema } from "./fonasa-bono.ts";
import { outOfContract } from "./institution-http.ts";
import { JsonInstitution } from "./json-institution.ts";

export type SrceiOptions = NonNullable<InstitutionsConfig["srcei"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly verificationUrl: (folio: string, code: string) => string;
};

const issued = SUBMISSIONS["srcei.birth-certificate"].result.omit({ verificationUrl: true });

type Certificate = SubmissionResult<"srcei.birth-certificate">;

/**
 * Has the Registro Civil issue certificates.
 *
 * **Assumed contract**: the published kiosk service (SOAP `urn:CertificadoDocto` over PISEE) returns an opaque document,
 * and neither folio nor data nor a key to ask by. This adapter speaks JSON of our own design with all of these, so that
 * the journey and its recovery can be built and tested; the PISEE client takes its place when it is written.
 */
export class SrceiCertificates {
  readonly #options: SrceiOptions;
  readonly #institution: JsonInstitution;

  constructor(options: SrceiOptions) {
    this.#options = options;
    this.#institution = new JsonInstitution({
      url: options.url,
      headers: () => ({ authorization: `Bearer ${options.token}` }),
      clock: options.clock,
      refusalName: (body) => errorBody.safeParse(body).data?.error,
      refusals: { "person-unknown": "srcei.person-unknown" },
    });
  }

  async issueBirth(
    input: SubmissionInput<"srcei.birth-certificate">,
    { key, signal }: SubmissionContext,
  ): Promise<Result<Certificate, CallFailure>> {
    const certificate = await this.#institution.call({
      method: "POST",
      path: "/v1/certificates",
      body: { run: input.run, kind: "birth", use: input.use },
      headers: { "idempotency-key": key },
      answer: issued,
      deadline: this.#options.deadlines.srcei,
      signal,
    });
    if (!certificate.ok) return certificate;
    if (certificate.value.person.run !== input.run) return err(outOfContract([{ path: ["person", "run"] }]));
    return ok(this.#withVerification(certificate.value));
  }

  async findBirth(key: string, signal: AbortSignal): Promise<Result<Certificate | undefined, CallFailure>> {
    const certificate = await this.#institution.find({
      method: "GET",
      path: `/v1/certificates?key=${encodeURIComponent(key)}`,
      answer: issued,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
    if (!certificate.ok) return certificate;
    return ok(certificate.value === undefined ? undefined : this.#withVerification(certificate.value));
  }

  verify(folio: string, code: string, signal: AbortSignal): Promise<Result<Verification | undefined, CallFailure>> {
    return this.#institution.find({
      method: "GET",
      path: `/v1/certificates/${encodeURIComponent(folio)}?code=${encodeURIComponent(code)}`,
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

  #withVerification(certificate: z.infer<typeof issued>): Certificate {
    const { folio, verificationCode } = certificate;
    return { ...certificate, verificationUrl: this.#options.verificationUrl(folio, verificationCode) };
  }
}
