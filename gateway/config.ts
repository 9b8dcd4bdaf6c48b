import { readFileSync } from "node:fs";
import { z } from "zod";
import { kioskIdSchema } from "../base/contracts/gateway.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

const port = z.number().int().min(0).max(65_535);
const milliseconds = z.number().int().positive();
const url = z.url({ protocol: /^https?$/ });

/** Secrets and identities cross it: plain HTTP to this machine only. */
const guardedUrl = url.refine((value) => {
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || hostname === "localhost" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}, "must be https");

const institutionsSchema = z.strictObject({
  fonasa: z
    .strictObject({
      certificador: z.strictObject({
        url,
        /** RUT of the institution that asks, without check digit, and its key; both are given by FONASA. */
        entidad: z.number().int().positive(),
        claveEntidad: z.string().min(1),
        /** Agreed with FONASA; public clients use small numbers here. */
        tipoEmisor: z.number().int().default(10),
        tipoUsuario: z.number().int().default(1),
        canal: z.number().int().default(10),
      }),
      bono: z.strictObject({ url, token: z.string().min(1) }),
    })
    .optional(),
  srcei: z.strictObject({ url, token: z.string().min(1) }).optional(),
  /** The network of offices itself, by what it does. */
  chileatiende: z
    .strictObject({
      complaints: z.strictObject({ url, token: z.string().min(1) }).optional(),
      /** Calls and writes to citizens. */
      contact: z.strictObject({ url, token: z.string().min(1) }).optional(),
      /** Queues, appointments, people who help, cases. */
      attention: z
        .strictObject({
          url,
          token: z.string().min(1),
          /** The office in which kiosks stand, and those that stand in another, by kiosk. */
          office: z.string().regex(/^[a-z0-9-]+$/),
          offices: z.record(kioskIdSchema, z.string().regex(/^[a-z0-9-]+$/)).default({}),
        })
        .optional(),
    })
    .optional(),
  simple: z
    .strictObject({
      url,
      /** SIMPLE's integration interface asks nobody who they are: what a proxy before it wants to see, e.g. its own token. */
      headers: z.record(z.string(), z.string()).default({}),
      /** Of the back end's interface, by which an application is found again; without it one in doubt stays so. */
      backendToken: z.string().min(1).optional(),
    })
    .optional(),
  notify: z
    .strictObject({
      url,
      serviceId: z.string().min(1),
      secret: z.string().min(1),
      templateId: z.uuid(),
      /** Without it there are no text messages. */
      smsTemplateId: z.uuid().optional(),
    })
    .optional(),
  /** Compares fingers: the Registro Civil, or whoever does it for it. */
  fingerprint: z.strictObject({ url: guardedUrl, token: z.string().min(1) }).optional(),
  claveunica: z
    .strictObject({
      issuer: guardedUrl.default("https://accounts.claveunica.gob.cl/openid"),
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
    })
    .optional(),
  /** Seals what citizens sign, with a certificate of the institution. */
  firmagob: z
    .strictObject({
      url: guardedUrl.default("https://api.firma.digital.gob.cl"),
      entity: z.string().min(1),
      /** Whose certificate signs, without dots and check digit. */
      run: z.string().regex(/^\d{7,8}$/),
      apiTokenKey: z.string().min(1),
      secret: z.string().min(1),
    })
    .optional(),
});
export type InstitutionsConfig = z.infer<typeof institutionsSchema>;

/** How long each wait may last, milliseconds. */
const deadlinesSchema = z.strictObject({
  certificador: milliseconds.default(10_000),
  bono: milliseconds.default(12_000),
  srcei: milliseconds.default(20_000),
  chileatiende: milliseconds.default(12_000),
  notify: milliseconds.default(10_000),
  claveunica: milliseconds.default(10_000),
  fingerprint: milliseconds.default(10_000),
  simple: milliseconds.default(15_000),
  firmagob: milliseconds.default(12_000),
  /** Handing a submission with a citizen's papers to an institution. Well below `settle`. */
  papers: milliseconds.default(30_000),
  /** The coming of one of them from a kiosk; kiosks wait 60 s. */
  upload: milliseconds.default(60_000),
  /** Asking an institution what became of a key. */
  lookUp: milliseconds.default(3_000),
  /** Asking whether an institution is there. */
  probe: milliseconds.default(2_000),
  /** How long one request of a kiosk is held open before it is told that its submission is still under way; kiosks wait 20 s. */
  hold: milliseconds.default(15_000),
  /** An institution that does not know a key this long after it was sent will not act on it any more. */
  settle: milliseconds.default(45_000),
  /** How long a stop waits for what is under way. */
  stop: milliseconds.default(10_000),
});
export type Deadlines = z.infer<typeof deadlinesSchema>;

/** How long data is kept, milliseconds. The README tells what each holds. */
const retentionSchema = z.strictObject({
  results: milliseconds.default(72 * HOUR),
  keys: milliseconds.default(90 * DAY),
  link: milliseconds.default(30 * 60 * 1000),
  emailLink: milliseconds.default(72 * HOUR),
  /** A login on the phone, from the QR on; a second factor may come by e-mail. Kept in memory only. */
  login: milliseconds.default(10 * 60 * 1000),
  draft: milliseconds.default(24 * HOUR),
  /** A citizen's paper that no submission names. */
  attachments: milliseconds.default(DAY),
  consents: milliseconds.default(5 * 365 * DAY),
  /** What citizens signed; how long an institution must keep it, it knows itself. */
  signatures: milliseconds.default(5 * 365 * DAY),
  accesses: milliseconds.default(2 * 365 * DAY),
  records: milliseconds.default(2 * 365 * DAY),
});
export type Retention = z.infer<typeof retentionSchema>;

/** Keys to which kiosks seal what must wait for the network, milliseconds from the making of each. */
const sealingSchema = z.strictObject({
  newKeyEvery: milliseconds.default(30 * DAY),
  /** How long kiosks may seal to it. */
  sealFor: milliseconds.default(45 * DAY),
  /** Then it is destroyed. A kiosk that comes back later than this has lost what waited on it. */
  openFor: milliseconds.default(75 * DAY),
});
export type SealingConfig = z.infer<typeof sealingSchema>;

const attachmentsSchema = z.strictObject({
  /** Bytes that one kiosk may leave here without a submission that names them. */
  unclaimed: z
    .number()
    .int()
    .positive()
    .default(200 * 1024 * 1024),
});

const frame = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: port.default(4300),
  /** What phones and printed codes use to reach this gateway; the listening address when absent. */
  publicUrl: url.optional(),
  /** Database, its key, and the development certificates. */
  stateDirectory: z.string().min(1),
  /** PEM files. When absent a development CA is made in the state directory. */
  tls: z
    .strictObject({
      certificate: z.string(),
      key: z.string(),
      kioskCa: z.string(),
      /** Revocation list of that CA, PEM; read again whenever it is replaced. */
      kioskCrl: z.string().optional(),
    })
    .optional(),
  /** Kiosks that get a client certificate from the development CA. */
  developmentKiosks: z.array(kioskIdSchema).default(["kiosk-demo"]),
  institutions: institutionsSchema,
  deadlines: deadlinesSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  sealing: sealingSchema.prefault({}),
  attachments: attachmentsSchema.prefault({}),
});
export const gatewayConfigSchema = frame.superRefine(({ sealing, retention }, context) => {
  const { newKeyEvery, sealFor, openFor } = sealing;
  if (newKeyEvery >= sealFor || sealFor >= openFor || openFor >= retention.keys)
    context.addIssue({
      code: "custom",
      path: ["sealing"],
      message: "newKeyEvery < sealFor < openFor < retention.keys must hold: a forgotten key would be carried out again",
    });
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
export type GatewayConfigInput = z.input<typeof gatewayConfigSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration from the JSON file named by `VENTANILLA_GATEWAY_CONFIG`, with `VENTANILLA_GATEWAY_PORT` and
 * `VENTANILLA_GATEWAY_STATE` (directory) in place of what the file says. An error names the file and the field.
 */
export function readGatewayConfig(environment: Environment): Result<GatewayConfig, CodedError<"gateway.config">> {
  const path = environment.VENTANILLA_GATEWAY_CONFIG;
  if (path === undefined) return fail("VENTANILLA_GATEWAY_CONFIG: must name a JSON file");
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (problem) {
    return fail(`${path}: ${problem instanceof Error ? problem.message : "unreadable"}`);
  }
  if (typeof content !== "object" || content === null) return fail(`${path}: must hold an object`);
  const overrides: Record<string, unknown> = {};
  const portText = environment.VENTANILLA_GATEWAY_PORT;
  if (portText !== undefined) overrides.port = /^\d+$/.test(portText) ? Number(portText) : portText;
  const directory = environment.VENTANILLA_GATEWAY_STATE;
  if (directory !== undefined) overrides.stateDirectory = directory;
  return parseGatewayConfig({ ...content, ...overrides }, path);
}

/** @param source where the configuration comes from, for the error's text. */
function parseGatewayConfig(content: unknown, source: string): Result<GatewayConfig, CodedError<"gateway.config">> {
  const parsed = gatewayConfigSchema.safeParse(content);
  if (parsed.success) return ok(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`);
  return fail(`${source}: ${problems.join("; ")}`);
}

function fail(detail: string): Result<never, CodedError<"gateway.config">> {
  return err(coded("gateway.config", detail));
}
