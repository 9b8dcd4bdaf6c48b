import { z } from "zod";
import { SUBMISSIONS, type SubmissionName } from "./gateway.ts";

/**
 * Submissions that may wait on a kiosk while the gateway is away, over the same HTTPS with mutual TLS:
 *
 * - `GET /v1/sealing-keys` tells the public keys to which a kiosk seals, and which submissions it may let wait (`SealingOffer`);
 * - `PUT /v1/submissions/<key>` takes a `SealedSubmission` in place of the plain form, and is answered by a `SealedAnswer`.
 *
 * The body is a compact JWE (RFC 7516): `ECDH-ES` over X25519, `A256GCM`. Kiosk and key stand in `apu` and `apv`, from which the
 * content key is derived (RFC 7518 §4.6): moved to another kiosk or another key it does not open. Nothing but these, the key's id
 * and its end is readable.
 */

/** What an institution takes as well three days later: nobody stands before the kiosk and waits for what it answers. */
export const MAY_WAIT = [
  "chileatiende.contact-request",
  "consent.record",
  "survey.record",
] as const satisfies readonly SubmissionName[];
export type WaitingName = (typeof MAY_WAIT)[number];

export function mayWait(operation: string): operation is WaitingName {
  return MAY_WAIT.some((name) => name === operation);
}

/** Submissions that are a request of the citizen: they are answered by a number. */
export function isRequest(operation: string): operation is SubmissionName {
  return Object.hasOwn(SUBMISSIONS, operation) && "folio" in SUBMISSIONS[operation as SubmissionName].result.shape;
}

/** What a kiosk's journey gets in place of the institution's result while the submission waits. */
export const waitingSchema = z.strictObject({
  waiting: z.literal(true),
  /** The number by which the citizen and staff can find it. */
  reference: z.string(),
});

/** Longer than any submission of `MAY_WAIT`, far below what the gateway takes as a body. */
const MAX_SEALED = 32 * 1024;

export const sealedSubmissionSchema = z.strictObject({ sealed: z.string().max(MAX_SEALED) });

/** What is inside. */
export const sealedContentSchema = z.strictObject({
  operation: z.string(),
  input: z.unknown(),
  reference: z.string().max(80),
  /** When the citizen was told that it is accepted, by the kiosk's clock. */
  acceptedAt: z.iso.datetime({ offset: true }),
});
export type SealedContent = z.infer<typeof sealedContentSchema>;

/** An X25519 public key, RFC 8037. */
export const sealingKeySchema = z.strictObject({
  kid: z.string().regex(/^[\w-]{8,64}$/),
  x: z.string().regex(/^[\w-]{43}$/),
  /** Until when a kiosk may seal to it. */
  sealUntil: z.iso.datetime({ offset: true }),
  /** After this the gateway has destroyed the private part. */
  opensUntil: z.iso.datetime({ offset: true }),
});
export type SealingKey = z.infer<typeof sealingKeySchema>;

export const sealingOfferSchema = z.strictObject({
  /** The newest first. */
  keys: z.array(sealingKeySchema).min(1),
  /** Submissions of `MAY_WAIT` that this gateway can carry out. */
  operations: z.array(z.string()),
});
export type SealingOffer = z.infer<typeof sealingOfferSchema>;

const failure = { error: z.strictObject({ code: z.string(), message: z.string(), who: z.string() }) };

/**
 * What became of it. `done`: it took effect, now or before; the result is absent when the gateway does not hold it any more.
 * `refused`: for ever; it had no effect. `later`: the same body under the same key must be sent again.
 */
export const sealedAnswerSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("done"), result: z.unknown() }),
  z.strictObject({ outcome: z.literal("refused"), ...failure }),
  z.strictObject({ outcome: z.literal("later"), ...failure }),
]);
export type SealedAnswer = z.infer<typeof sealedAnswerSchema>;
