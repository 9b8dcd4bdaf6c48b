import type { Clock } from "../../base/clock.ts";
import { SUBMISSIONS, type SubmissionInput, type SubmissionResult } from "../../base/contracts/gateway.ts";
import type { Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import { assumedInstitution } from "./assumed-institution.ts";
import type { CallFailure, SubmissionContext } from "./connector.ts";
import type { JsonInstitution } from "./json-institution.ts";

type ContactDeskOptions = NonNullable<NonNullable<InstitutionsConfig["chileatiende"]>["contact"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
};

const received = SUBMISSIONS["chileatiende.contact-request"].result;
type Received = SubmissionResult<"chileatiende.contact-request">;

/**
 * Hands requests of citizens to ChileAtiende's contact desk.
 *
 * **Assumed contract**: no public interface takes such requests. JSON of our own design, with a key by which a request that is
 * sent twice is one request, and with the number that the citizen already holds when the kiosk had to let it wait.
 */
export class ContactDesk {
  readonly #options: ContactDeskOptions;
  readonly #institution: JsonInstitution;

  constructor(options: ContactDeskOptions) {
    this.#options = options;
    this.#institution = assumedInstitution(options);
  }

  request(
    input: SubmissionInput<"chileatiende.contact-request">,
    { key, origin, signal }: SubmissionContext,
  ): Promise<Result<Received, CallFailure>> {
    return this.#institution.call({
      method: "POST",
      path: "/v1/requests",
      body: { ...input, ...(origin === undefined ? {} : { reference: origin.reference, madeAt: origin.acceptedAt }) },
      headers: { "idempotency-key": key },
      answer: received,
      deadline: this.#options.deadlines.chileatiende,
      signal,
    });
  }

  find(key: string, signal: AbortSignal): Promise<Result<Received | undefined, CallFailure>> {
    return this.#institution.find({
      method: "GET",
      path: `/v1/requests?key=${encodeURIComponent(key)}`,
      answer: received,
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
}
