import { z } from "zod";
import { addressSchema } from "../places/address.ts";
import { attachmentsSchema } from "./attachment.ts";
import { ATTENTION_QUERIES, ATTENTION_SUBMISSIONS } from "./attention.ts";
import { WHO } from "./device-status.ts";
import { isoDate, isoTime, link, run } from "./values.ts";
import { LOCALES } from "./view.ts";

/**
 * What a kiosk says to the gateway, over HTTPS with mutual TLS:
 *
 * - `POST /v1/queries/<operation>` asks, without effect;
 * - `PUT /v1/submissions/<key>` acts once: the same key again gives the same answer, another body under it is refused;
 * - `GET /v1/submissions/<key>` tells what became of one, and asks the institution when that is not known;
 * - `PUT /v1/attachments/<sha256>` leaves a citizen's paper for a submission (`attachment.ts`);
 * - `GET /v1/health` tells which institutions answer.
 *
 * Every body that tells of a query or of a failure is a `GatewayAnswer`, whatever the HTTP status: 200 says that the
 * gateway did its part (its outcome may still be `error` or `unknown`), 202 that a submission is still under way, 4xx
 * that the request itself was refused, 500 that the gateway failed.
 *
 * Keys belong to one kiosk (the common name of its certificate): two kiosks never meet in one key.
 *
 * A submission that ended in `error` had no effect. When the institution was not reached at all, the same key may be
 * tried again and is then tried again; a refusal by the institution is final and is repeated for the same key.
 */

const pesos = z.number().int().nonnegative();

const person = z.strictObject({ run, name: z.string() });
const provider = z.strictObject({
  rut: run,
  name: z.string(),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  address: z.string(),
});
/** The fingers that a kiosk asks for: one that is hurt has the other. */
export const THUMBS = ["right-thumb", "left-thumb"] as const;
export type Thumb = (typeof THUMBS)[number];
const prestacion = z.strictObject({ code: z.string().regex(/^\d{7}$/), name: z.string() });

export const QUERIES = {
  "fonasa.affiliation": {
    input: z.strictObject({ run }),
    result: z.strictObject({
      beneficiary: person,
      /** Whether the person is a FONASA beneficiary today. */
      active: z.boolean(),
      tramo: z.enum(["A", "B", "C", "D"]).nullable(),
      /** The private insurer, when there is one. */
      isapre: z.string().nullable(),
    }),
  },
  "fonasa.prestaciones": { input: z.strictObject({}), result: z.strictObject({ prestaciones: z.array(prestacion) }) },
  "fonasa.providers": {
    input: z.strictObject({ prestacion: z.string() }),
    result: z.strictObject({ providers: z.array(provider) }),
  },
  "fonasa.quote": {
    input: z.strictObject({ run, prestacion: z.string(), provider: run }),
    result: z.strictObject({
      quote: z.string(),
      prestacion,
      provider,
      total: pesos,
      /** What FONASA pays. */
      bonus: pesos,
      /** What the citizen pays. */
      copago: pesos,
      expiresAt: isoTime,
    }),
  },
  /** A document that this kiosk obtained within the gateway's retention time, on A4 pages. */
  "document.pages": {
    input: z.strictObject({
      /** Its folio. */
      document: z.string(),
      /** Whether it comes from simulated institutions: then every page says so. */
      demo: z.boolean(),
    }),
    /** A PDF file. */
    result: z.strictObject({ pdf: z.base64() }),
  },
  /** Whether a finger is that person's, as whoever keeps fingerprints says. The template is kept nowhere on the way. */
  "identity.fingerprint.verify": {
    input: z.strictObject({
      run,
      finger: z.enum(THUMBS),
      /** Minutiae in the record format of ISO/IEC 19794-2. */
      template: z.base64().min(4).max(16_384),
    }),
    /** `not-known`: there is nothing of this finger to compare with. */
    result: z.strictObject({ answer: z.enum(["match", "no-match", "not-known"]) }),
  },
  /** Whether what a citizen signs now can be recorded and sealed at once. */
  "signature.ready": { input: z.strictObject({}), result: z.strictObject({ ready: z.boolean() }) },
  ...ATTENTION_QUERIES,
} as const satisfies Record<string, { input: z.ZodType; result: z.ZodType }>;
export type QueryName = keyof typeof QUERIES;
export type QueryInput<N extends QueryName> = z.infer<(typeof QUERIES)[N]["input"]>;
export type QueryResult<N extends QueryName> = z.infer<(typeof QUERIES)[N]["result"]>;

/** How the citizen paid, for the institution's books. Card data ends with the last four digits. */
const payment = z.strictObject({
  amount: pesos,
  ticket: z.string(),
  authorizationCode: z.string(),
  operationNumber: z.string().optional(),
  terminalId: z.string().optional(),
});

/** The second proofs that a signature may rest on: each shows who signs anew, in the moment in which they sign. */
export const SIGNATURE_PROOFS = ["cedula-chip", "cedula-finger", "clave-unica"] as const;

export const SUBMISSIONS = {
  "fonasa.bono.issue": {
    input: z.strictObject({ run, quote: z.string(), payment }),
    result: z.strictObject({
      folio: z.string(),
      verificationCode: z.string(),
      verificationUrl: z.url(),
      issuedAt: isoTime,
      /** Thirty days from issue. */
      expiresOn: isoDate,
      beneficiary: person,
      tramo: z.string(),
      prestacion,
      provider,
      total: pesos,
      bonus: pesos,
      copago: pesos,
    }),
  },
  "fonasa.bono.annul": {
    input: z.strictObject({ folio: z.string() }),
    result: z.strictObject({ annulled: z.literal(true) }),
  },
  "srcei.birth-certificate": {
    input: z.strictObject({ run, use: z.enum(["todo-tramite", "matricula", "asignacion-familiar"]) }),
    result: z.strictObject({
      folio: z.string(),
      verificationCode: z.string(),
      verificationUrl: z.url(),
      issuedAt: isoTime,
      validUntil: isoDate,
      use: z.string(),
      person: z.strictObject({
        run,
        name: z.string(),
        birthDate: isoDate,
        birthPlace: z.string(),
        sex: z.string(),
        registration: z.strictObject({ office: z.string(), number: z.string(), year: z.number().int() }),
        parents: z.array(z.string()),
      }),
    }),
  },
  /** That a person of ChileAtiende calls or writes to the citizen. */
  "chileatiende.contact-request": {
    input: z.strictObject({
      run,
      name: z.string().max(120).optional(),
      topic: z.string().max(60),
      /** E.164. */
      phone: z.string().regex(/^\+\d{8,15}$/),
      message: z.string().max(200).optional(),
    }),
    result: z.strictObject({ folio: z.string(), receivedAt: isoTime }),
  },
  /** A complaint about how somebody was attended; the institution answers by letter or e-mail. */
  "chileatiende.reclamo.file": {
    input: z.strictObject({
      run,
      /** The day on which it happened. */
      attendedOn: isoDate,
      reasons: z.array(z.enum(["espera", "trato", "informacion", "cobro", "otro"])).min(1),
      /** What was charged, when that is among the reasons. */
      charged: pesos.optional(),
      /** In the citizen's words. */
      account: z.string().optional(),
      address: addressSchema,
      /** Papers that show it, page by page. */
      attachments: attachmentsSchema.optional(),
    }),
    result: z.strictObject({
      run,
      folio: z.string(),
      verificationCode: z.string(),
      verificationUrl: z.url(),
      receivedAt: isoTime,
      /** The day until which the institution answers, as it says itself. */
      answerBy: isoDate,
    }),
  },
  /** `document` is the folio of a bono or certificate that this kiosk obtained within the gateway's retention time. */
  "delivery.link": { input: z.strictObject({ document: z.string() }), result: link },
  "delivery.email": {
    input: z.strictObject({ document: z.string(), address: z.email() }),
    result: z.strictObject({ accepted: z.literal(true) }),
  },
  "delivery.sms": {
    input: z.strictObject({
      document: z.string(),
      /** A Chilean mobile number, E.164. */
      number: z.string().regex(/^\+569\d{8}$/),
    }),
    result: z.strictObject({ accepted: z.literal(true) }),
  },
  "consent.record": {
    input: z.strictObject({
      run,
      purpose: z.string(),
      data: z.array(z.string()),
      given: z.boolean(),
      /** The procedure, e.g. `srcei/certificado-nacimiento`: a consent must tell which one it was given for. */
      procedure: z.string().optional(),
      /**
       * How the kiosk knew who was standing there; `cedula-chip`: the scanned cédula and its genuine chip say the same; `cedula-finger`: the
       * finger is that person's, as the institution that compared it says.
       */
      identifiedBy: z.enum(["cedula", "cedula-chip", "cedula-finger", "clave-unica", "typed"]).optional(),
    }),
    result: z.strictObject({ recorded: z.literal(true) }),
  },
  /**
   * Begins a process of SIMPLE with all that the citizen answered, by SIMPLE's own field names. `codes` tells by field what SIMPLE calls
   * an option that the kiosk calls otherwise. `forms` tells which of SIMPLE's forms the citizen fills in, and how often at most: at any
   * other one SIMPLE waits for somebody else. Dates are ISO dates.
   */
  "simple.start": {
    input: z.strictObject({
      process: z.string().regex(/^\d{1,10}$/),
      task: z.string().regex(/^\d{1,10}$/),
      run: run.optional(),
      data: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
      codes: z.record(z.string(), z.record(z.string(), z.string())).optional(),
      forms: z.record(z.string(), z.number().int().positive()),
    }),
    result: z.strictObject({
      /** SIMPLE's number of the application. */
      folio: z.string().min(1),
      receivedAt: isoTime,
    }),
  },
  /**
   * What a citizen declared, exactly as it was shown to them, signed. The gateway keeps it before anybody else hears of it, has it sealed by
   * the institution's signing service, and answers when the seal is there. A proof is good for one signature: under another key it is refused.
   */
  "signature.record": {
    input: z.strictObject({
      run,
      name: z.string().max(120).optional(),
      /** The procedure, e.g. `chileatiende/declaracion-domicilio`. */
      procedure: z.string().max(100),
      title: z.string().max(200),
      /** Every paragraph, in order, with what the citizen answered in it. */
      text: z.array(z.string().max(1_000)).min(1).max(60),
      /** The language in which they read it. */
      locale: z.enum(LOCALES),
      proof: z.strictObject({
        by: z.enum(SIGNATURE_PROOFS),
        /** Names what was proved, once: the reading of a chip, or the login on the phone. No credential. */
        evidence: z.string().min(1).max(100),
      }),
      /** Whether it is a demonstration: then every page of it says so. */
      demo: z.boolean(),
    }),
    result: z.strictObject({
      folio: z.string(),
      verificationCode: z.string(),
      verificationUrl: z.url(),
      /** When the gateway had it, by the gateway's clock. */
      signedAt: isoTime,
      signer: z.strictObject({ run, name: z.string().optional() }),
      signedWith: z.enum(SIGNATURE_PROOFS),
      title: z.string(),
      text: z.array(z.string()),
      /** SHA-256 of title and text, in hexadecimal digits (gateway/README.md tells over which bytes). */
      hash: z.string(),
      /** The day until which it is kept and can be checked. */
      keptUntil: isoDate,
    }),
  },
  "survey.record": {
    input: z.strictObject({ service: z.string(), grade: z.number().int().min(1).max(7) }),
    result: z.strictObject({ recorded: z.literal(true) }),
  },
  "incident.record": {
    input: z.strictObject({
      number: z.string(),
      kind: z.string(),
      amount: pesos.optional(),
      effects: z.array(z.string()),
    }),
    result: z.strictObject({ recorded: z.literal(true) }),
  },
  ...ATTENTION_SUBMISSIONS,
} as const satisfies Record<string, { input: z.ZodType; result: z.ZodType }>;
export type SubmissionName = keyof typeof SUBMISSIONS;
export type SubmissionInput<N extends SubmissionName> = z.infer<(typeof SUBMISSIONS)[N]["input"]>;
export type SubmissionResult<N extends SubmissionName> = z.infer<(typeof SUBMISSIONS)[N]["result"]>;

/** A kiosk's id is the common name of its client certificate. */
export const kioskIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

/** Chosen by the kiosk, one per effect; opaque, never personal data. `/` is written `%2F` in the address. */
export const submissionKeySchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/);

export const queryRequestSchema = z.strictObject({ input: z.unknown() });
export const submissionRequestSchema = z.strictObject({ operation: z.string(), input: z.unknown() });

export const gatewayErrorSchema = z.strictObject({ code: z.string(), message: z.string(), who: z.enum(WHO) });

export const gatewayAnswerSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("ok"), result: z.unknown() }),
  z.strictObject({ outcome: z.literal("error"), error: gatewayErrorSchema }),
  /** The institution was asked and did not answer: ask again for the same key. */
  z.strictObject({ outcome: z.literal("unknown"), error: gatewayErrorSchema }),
]);
export type GatewayAnswer = z.infer<typeof gatewayAnswerSchema>;

export const submissionStateSchema = z.strictObject({
  state: z.enum(["absent", "working", "done", "failed", "unknown"]),
  answer: gatewayAnswerSchema.optional(),
});
export type SubmissionState = z.infer<typeof submissionStateSchema>;

export const gatewayHealthSchema = z.strictObject({
  /** By id: `fonasa`, `srcei`, `chileatiende`, `notify`, `claveunica`, `fingerprint`, `firmagob`. `unknown`: something answers there, but not as it should. */
  institutions: z.record(z.string(), z.enum(["up", "down", "unknown"])),
});
export type GatewayHealth = z.infer<typeof gatewayHealthSchema>;
