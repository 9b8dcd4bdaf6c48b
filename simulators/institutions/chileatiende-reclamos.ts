import { createHash } from "node:crypto";
import { z } from "zod";
import { addressSchema } from "../../base/places/address.ts";
import { type InstitutionOptions, InstitutionServer } from "./institution-server.ts";
import { DocumentLedger } from "./keyed-documents.ts";

export const RECLAMOS_TOKEN = "reclamos-demo";

/** Invented: the days in which a complaint is answered. */
const ANSWERED_WITHIN = 10 * 24 * 60 * 60 * 1000;

/** Papers of forty megabytes in base64, and what is said about them. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What is kept of a paper: enough to tell whether it arrived whole. */
const paper = z
  .strictObject({ name: z.string(), type: z.literal("image/jpeg"), content: z.string().min(1) })
  .transform(({ name, content }) => {
    const bytes = Buffer.from(content, "base64");
    return { name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  });

const request = z.strictObject({
  run: z.string(),
  attendedOn: z.iso.date(),
  reasons: z.array(z.string()).min(1),
  charged: z.number().int().nonnegative().optional(),
  account: z.string().optional(),
  address: addressSchema,
  attachments: z.array(paper).min(1).optional(),
});

/** ChileAtiende's register of complaints: an assumed contract of our own, JSON, idempotency key, status by key. */
export class ChileatiendeReclamos extends InstitutionServer {
  readonly ledger: DocumentLedger<z.infer<typeof request>>;
  /** What was complained of, in order. */
  readonly complaints: z.infer<typeof request>[] = [];

  constructor(options: InstitutionOptions) {
    const complaints: z.infer<typeof request>[] = [];
    const ledger = new DocumentLedger({
      clock: options.clock,
      token: RECLAMOS_TOKEN,
      path: "/v1/reclamos",
      request,
      folio: 700_000,
      validity: ANSWERED_WITHIN,
      content: (complaint, _person, { issuedAt, validUntil }) => {
        complaints.push(complaint);
        return { run: complaint.run, receivedAt: issuedAt, answerBy: validUntil };
      },
    });
    super(
      {
        id: "chileatiende-reclamos",
        mostBytes: MOST_BYTES,
        model: "Register of complaints (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => ledger.handle(exchange),
        describe: () => ({
          filed: ledger.issued.length,
          papers: complaints.reduce((sum, { attachments = [] }) => sum + attachments.length, 0),
        }),
      },
      options,
    );
    this.ledger = ledger;
    this.complaints = complaints;
  }
}
