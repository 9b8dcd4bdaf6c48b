import { z } from "zod";
import { DEVICE_KINDS } from "./device-status.ts";
import { enrolmentCodeSchema } from "./fleet/identity.ts";
import { VERDICTS } from "./fleet/readiness.ts";

/**
 * Between the wizard's page on the kiosk's own screen and its server on loopback. `GET /api/state` tells all; each `POST /api/<act>` does one
 * thing and answers a `WizardAnswer`. Nothing but `enter` works without a session.
 */
const text = z.strictObject({ es: z.string(), en: z.string() });

export const wizardDeviceSchema = z.strictObject({
  path: z.string(),
  identity: z.string(),
  /** As it calls itself; empty when it says nothing. */
  name: z.string(),
  looksLike: z.string().nullable(),
  /** Name of the kiosk's device that it is. */
  boundTo: z.string().nullable(),
});

export const wizardCheckSchema = z.strictObject({
  check: z.string(),
  title: text,
  state: z.enum(["waiting", "running", "asks-to-scan", ...VERDICTS]),
  detail: text.optional(),
  action: text.optional(),
});

export const wizardStateSchema = z.strictObject({
  /** Null without a session: then the page knows only which code opens it. */
  open: z
    .strictObject({
      hostname: z.string(),
      /** As configured, until the enrolment has said it. */
      kiosk: z.string(),
      place: z.string(),
      enrolled: z.boolean(),
      /** The fleet server; null: the technician must name it. */
      server: z.string().nullable(),
      /** The installation brought the authority that the server's certificate is checked against. */
      authority: z.boolean(),
      devices: z.array(wizardDeviceSchema),
      configured: z.array(
        z.strictObject({ id: z.string(), kind: z.enum(DEVICE_KINDS), model: z.string(), port: z.string() }),
      ),
      /** Of the kinds that can be tried and bound here. */
      models: z.partialRecord(z.enum(DEVICE_KINDS), z.array(z.string())),
      checks: z.array(wizardCheckSchema),
      /** Null before the first check has ended. */
      ready: z.boolean().nullable(),
    })
    .nullable(),
  /** `enrolment`: the one-time code of the console opens the wizard; `own`: the one that the technician's tool prints. */
  entry: z.enum(["enrolment", "own"]),
});
export type WizardState = z.infer<typeof wizardStateSchema>;

const path = z.string().max(300);

export const WIZARD_ACTS = {
  enter: z.strictObject({ code: enrolmentCodeSchema }),
  enrol: z.strictObject({
    server: z.url({ protocol: /^https?$/ }).optional(),
    fingerprint: z.string().max(120).optional(),
  }),
  identify: z.strictObject({ path, kind: z.enum(DEVICE_KINDS), model: z.string().max(60) }),
  bind: z.strictObject({ path, kind: z.enum(DEVICE_KINDS), model: z.string().max(60), id: z.string().max(40) }),
  check: z.strictObject({ skipScan: z.boolean() }),
  report: z.strictObject({ technician: z.string().min(1).max(100) }),
  finish: z.strictObject({}),
} as const;
export type WizardAct = keyof typeof WIZARD_ACTS;
export type WizardInput<A extends WizardAct> = z.infer<(typeof WIZARD_ACTS)[A]>;

export const wizardAnswerSchema = z.union([
  /** What the page says of it. */
  z.strictObject({ ok: z.literal(true), said: text }),
  z.strictObject({ ok: z.literal(false), code: z.string(), meaning: text, action: text }),
]);
export type WizardAnswer = z.infer<typeof wizardAnswerSchema>;

/** Header that every act bears: another page in the same browser cannot send it. */
export const WIZARD_HEADER = "x-ventanilla-wizard";
