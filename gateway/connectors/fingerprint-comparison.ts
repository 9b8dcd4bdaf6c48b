import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { QueryInput, QueryResult } from "../../base/contracts/gateway.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import { assumedInstitution } from "./assumed-institution.ts";
import type { CallFailure } from "./connector.ts";
import type { JsonInstitution } from "./json-institution.ts";

type FingerprintComparisonOptions = NonNullable<InstitutionsConfig["fingerprint"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
};

const ANSWERS = { hit: "match", "no-hit": "no-match", "not-enrolled": "not-known" } as const;
const answerSchema = z.looseObject({ decision: z.enum(["hit", "no-hit", "not-enrolled"]) });

/** Positions as ISO/IEC 19794-2 numbers them. */
const POSITIONS = { "right-thumb": 1, "left-thumb": 6 } as const;

/**
 * Has a finger compared with those that the Registro Civil keeps of a person.
 *
 * **Assumed contract**: how an agency is connected to that comparison is agreed with the Registro Civil and not published; one open client of
 * another agency's own middleware shows an operation of this kind, with an image in place of minutiae and codes that nobody explains. JSON of
 * our own design. Nothing of a finger is kept here, nor told to any log.
 */
export class FingerprintComparison {
  readonly #options: FingerprintComparisonOptions;
  readonly #institution: JsonInstitution;

  constructor(options: FingerprintComparisonOptions) {
    this.#options = options;
    this.#institution = assumedInstitution(options);
  }

  async compare(
    { run, finger, template }: QueryInput<"identity.fingerprint.verify">,
    signal: AbortSignal,
  ): Promise<Result<QueryResult<"identity.fingerprint.verify">, CallFailure>> {
    const answered = await this.#institution.call({
      method: "POST",
      path: "/v1/comparisons",
      body: { run, position: POSITIONS[finger], format: "iso-19794-2", template },
      answer: answerSchema,
      deadline: this.#options.deadlines.fingerprint,
      signal,
    });
    return answered.ok ? ok({ answer: ANSWERS[answered.value.decision] }) : answered;
  }

  async probe() {
    const { probe: deadline } = this.#options.deadlines;
    return await this.#institution.raw({ method: "GET", path: "/v1/status", deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }
}
