import type { Clock } from "../../base/clock.ts";
import { ATTACHMENT_TYPE } from "../../base/contracts/attachment.ts";
import { SUBMISSIONS, type SubmissionInput } from "../../base/contracts/gateway.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { SubmissionContext } from "./connector.ts";
import { KeyedDocuments } from "./keyed-documents.ts";

const OPERATION = "chileatiende.reclamo.file";

export type ReclamosOptions = NonNullable<NonNullable<InstitutionsConfig["chileatiende"]>["complaints"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly verificationUrl: (folio: string, code: string) => string;
  /** A paper that this kiosk's complaint names. */
  readonly paper: (kiosk: string, sha256: string) => Buffer;
};

const filed = SUBMISSIONS[OPERATION].result.omit({ verificationUrl: true });

/**
 * ChileAtiende's register of complaints. **Assumed contract**: none is published. Papers are sent with the complaint, in their order, as
 * `attachments`: name, media type and content in base64.
 */
export class ChileatiendeReclamos extends KeyedDocuments<(typeof filed)["_output"]> {
  readonly #paper: ReclamosOptions["paper"];

  constructor({ url, token, clock, deadlines, verificationUrl, paper }: ReclamosOptions) {
    super({
      ...{ url, token, clock, verificationUrl },
      deadlines: {
        ...{ make: deadlines.chileatiende, withFiles: deadlines.papers },
        ...{ lookUp: deadlines.lookUp, probe: deadlines.probe },
      },
      path: "/v1/reclamos",
      answer: filed,
      refusals: { "person-unknown": "chileatiende.person-unknown" },
      runOf: ({ run }) => run,
    });
    this.#paper = paper;
  }

  async file(input: SubmissionInput<typeof OPERATION>, context: SubmissionContext) {
    const { attachments = [], ...complaint } = input;
    const files = attachments.map(({ sha256 }, index) => ({
      name: `documento-${index + 1}.jpg`,
      type: ATTACHMENT_TYPE,
      content: () => this.#paper(context.kiosk, sha256),
    }));
    return await this.make(complaint.run, complaint, context, files);
  }
}
