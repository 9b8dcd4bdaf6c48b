import { z } from "zod";

/**
 * How a citizen proves on their own phone who stands before a kiosk. The kiosk shows a link and a number; the phone opens the link at the
 * gateway, logs in at ClaveÚnica, and is asked which number the kiosk shows. Only then the gateway tells the kiosk who it was.
 *
 * - `PUT /v1/logins/<id>` begins one; the same id again gives the same answer. A kiosk has one at a time: a new one ends the one before.
 * - `GET /v1/logins/<id>` tells how far it is.
 * - `DELETE /v1/logins/<id>` ends it: whatever the phone does later leads nowhere.
 *
 * A failure has the form of a `GatewayAnswer`, as everywhere below `/v1`.
 */

/** Chosen by the kiosk at random: whoever knows it and is that kiosk learns who logged in. */
export const loginIdSchema = z.string().regex(/^[A-Za-z0-9_-]{20,64}$/);

export const loginRequestSchema = z.strictObject({
  /** Where the kiosk stands, as its neighbours call it; the phone shows it. */
  place: z.string().min(1).max(120),
  /** What the citizen is doing there, in the words of the kiosk; the phone shows it. */
  about: z.string().min(1).max(120),
  /** What the login will prove: who stands there, or that they sign. One is no proof of the other. The phone says which. */
  purpose: z.enum(["identify", "sign"]).default("identify"),
});
export type LoginRequest = z.infer<typeof loginRequestSchema>;

export const loginBegunSchema = z.strictObject({
  /** For the QR; ends in the code. One phone, short life; holds no personal data. */
  url: z.url(),
  /** The same link's short form for people who type it. */
  code: z.string(),
  /** Two digits that the kiosk shows and the phone asks for. */
  number: z.string().regex(/^\d{2}$/),
});
export type LoginBegun = z.infer<typeof loginBegunSchema>;

/**
 * Why a login ended without an identity: its time was over; the citizen said no, at ClaveÚnica or on the gateway's page; ClaveÚnica turned
 * it down; the phone named another number than the kiosk shows; ClaveÚnica did not answer; the gateway does not know it (any more).
 */
export const LOGIN_ENDS = ["expired", "declined", "refused", "wrong-number", "unavailable", "absent"] as const;
export type LoginEnd = (typeof LOGIN_ENDS)[number];

export const loginStateSchema = z.discriminatedUnion("state", [
  /** No phone has opened the link yet. */
  z.strictObject({ state: z.literal("waiting") }),
  /** One phone has it; no other can. */
  z.strictObject({ state: z.literal("opened") }),
  z.strictObject({
    state: z.literal("confirmed"),
    person: z.strictObject({ run: z.string().regex(/^\d{1,8}-[\dK]$/), name: z.string().optional() }),
  }),
  z.strictObject({ state: z.literal("ended"), why: z.enum(LOGIN_ENDS) }),
]);
export type LoginState = z.infer<typeof loginStateSchema>;
