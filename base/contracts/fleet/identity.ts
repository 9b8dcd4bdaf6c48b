import { z } from "zod";
import { instantSchema, kioskIdSchema } from "./names.ts";

/**
 * How a kiosk gets and keeps its identity.
 *
 * - `POST /device/v1/enrolment` (`EnrolmentRequest`): the only request without signature; the one-time code stands for it.
 * - `POST /device/v1/certificate` (`RenewalRequest`), signed with the present key: a new certificate, for a new key or the same.
 *
 * Every other request carries RFC 9421 signatures, see `SIGNATURE`.
 */
export const enrolmentCodeSchema = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/, "twelve letters and digits in groups of four");

const csr = z.string().max(8_192).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
const certificate = z.string().max(16_384).startsWith("-----BEGIN CERTIFICATE-----");

export const enrolmentRequestSchema = z.strictObject({
  code: enrolmentCodeSchema,
  /** PKCS #10, PEM, key ECDSA P-256, signed by that key. Its subject is not used: the code says which kiosk it is. */
  csr,
  /** For people to recognise the machine by. */
  machine: z.strictObject({
    hostname: z.string().max(255),
    platform: z.string().max(40),
    serial: z.string().max(100).optional(),
    product: z.string().max(200).optional(),
  }),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentAnswerSchema = z.strictObject({
  kiosk: kioskIdSchema,
  /** What the place is called for people. */
  place: z.string(),
  certificate,
  /** Of the fleet's CA: kiosks check the server against it too, unless a public one signed the server's. */
  ca: certificate,
  /** JWKs (Ed25519) that commands and desired states are signed with. */
  director: z.array(z.record(z.string(), z.unknown())).min(1),
  /** The update repository's trusted root metadata, as signed; kiosks go on from it by TUF's rules. */
  root: z.record(z.string(), z.unknown()),
  /** Address of the update repository, relative to the server or absolute. */
  updates: z.string(),
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswerSchema>;

export const renewalRequestSchema = z.strictObject({ csr });
export const renewalAnswerSchema = z.strictObject({ certificate, ca: certificate });

/** The profile of RFC 9421 that devices sign by. */
export const SIGNATURE = {
  label: "device",
  tag: "ventanilla-device",
  algorithm: "ecdsa-p256-sha256",
  /** Covered always; `@query` when there is one, `content-digest` (RFC 9530, sha-256) and `content-type` when there is a body. */
  components: ["@method", "@authority", "@path"],
  /** Seconds that `created` may differ from the server's clock. */
  skew: 300,
} as const;

/** What the server says when it refuses a device; status 401 unless the registry says otherwise. */
export const deviceFailureSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** The server's clock: a kiosk whose clock is wrong signs by this one. */
  now: instantSchema,
});
export type DeviceFailure = z.infer<typeof deviceFailureSchema>;
