import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";

/** What the gateway must be configured with to be accepted: service id, secret and the two templates that exist. */
export const NOTIFY_DEMO = {
  serviceId: "26785a09-ab16-4eb0-8407-a37497a57506",
  secret: "3d844edf-8d35-48ac-975b-e847b4f122b0",
  templateId: "f33517ff-2a88-4f6e-b855-c550268ce08a",
  smsTemplateId: "0f1e2d3c-4b5a-4678-9a0b-c1d2e3f40516",
} as const;

/** Published: a token is good for thirty seconds around its time of issue. */
const TOKEN_LIFE_SECONDS = 30;

const emailRequest = z.strictObject({
  email_address: z.email(),
  template_id: z.uuid(),
  personalisation: z.record(z.string(), z.string()).optional(),
  reference: z.string().optional(),
  email_reply_to_id: z.string().optional(),
});

const smsRequest = z.strictObject({
  phone_number: z.string().regex(/^\+?[\d ()-]{8,20}$/),
  template_id: z.uuid(),
  personalisation: z.record(z.string(), z.string()).optional(),
  reference: z.string().optional(),
  sms_sender_id: z.string().optional(),
});

export type SentMessage = {
  readonly id: string;
  readonly type: "email" | "sms";
  /** An e-mail address or a telephone number. */
  readonly address: string;
  readonly reference: string | null;
  readonly personalisation: Readonly<Record<string, string>>;
  readonly status: "delivered" | "temporary-failure" | "permanent-failure";
  readonly at: string;
};

/** A service for e-mail and text messages of the shape that GOV.UK Notify publishes: bearer token, templates, statuses, error bodies. */
export class Notify extends InstitutionServer {
  readonly #outbox: Outbox;

  constructor(options: InstitutionOptions) {
    const outbox = new Outbox(options.clock);
    super(
      {
        id: "notify",
        model: "E-mail and SMS (GOV.UK Notify shape)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer"],
        probe: (exchange) => exchange.path === "/_status",
        handle: (exchange) => outbox.handle(exchange),
        describe: () => ({
          outbox: outbox.sent.map(({ type, address, status, personalisation }) => ({
            type,
            address,
            status,
            personalisation,
          })),
        }),
      },
      options,
    );
    this.#outbox = outbox;
  }

  /** Every message that was taken, oldest first. */
  get outbox(): readonly SentMessage[] {
    return this.#outbox.sent;
  }
}

class Outbox {
  readonly sent: SentMessage[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  handle(exchange: Exchange): Reply {
    const { method, path, query } = exchange;
    if (method === "GET" && path === "/_status") return json(200, { status: "ok" });
    const problem = this.#tokenProblem(exchange.headers.authorization);
    if (problem !== undefined) return failure(403, "AuthError", problem);
    if (method === "POST" && path === "/v2/notifications/email") return this.#email(exchange);
    if (method === "POST" && path === "/v2/notifications/sms") return this.#sms(exchange);
    if (method === "GET" && path === "/v2/notifications") {
      const reference = query.get("reference");
      return json(200, {
        notifications: this.sent.filter((email) => email.reference === reference).map(describe),
        links: {},
      });
    }
    const id = /^\/v2\/notifications\/([^/]+)$/.exec(path)?.[1];
    const email = this.sent.find((candidate) => candidate.id === id);
    return email === undefined ? failure(404, "NoResultFound", "No result found") : json(200, describe(email));
  }

  #email({ body }: Exchange): Reply {
    const request = emailRequest.safeParse(parse(body));
    if (!request.success) return invalid(request.error);
    const { email_address, template_id, personalisation, reference } = request.data;
    if (template_id !== NOTIFY_DEMO.templateId) return failure(400, "BadRequestError", "Template not found");
    return this.#take("email", email_address, { template_id, personalisation, reference });
  }

  #sms({ body }: Exchange): Reply {
    const request = smsRequest.safeParse(parse(body));
    if (!request.success) return invalid(request.error);
    const { phone_number, template_id, personalisation, reference } = request.data;
    if (template_id !== NOTIFY_DEMO.smsTemplateId) return failure(400, "BadRequestError", "Template not found");
    return this.#take("sms", phone_number, { template_id, personalisation, reference });
  }

  #take(
    type: SentMessage["type"],
    address: string,
    asked: Pick<z.infer<typeof smsRequest>, "template_id" | "personalisation" | "reference">,
  ): Reply {
    const { template_id: template, personalisation = {}, reference = null } = asked;
    const message: SentMessage = {
      id: randomUUID(),
      type,
      address,
      reference,
      personalisation,
      status: statusFor(address),
      at: new Date(this.#clock.now()).toISOString(),
    };
    this.sent.push(message);
    return json(201, {
      id: message.id,
      reference,
      content:
        type === "email"
          ? { subject: "Su documento", body: "", from_email: "no-responder@notify.test" }
          : { body: "", from_number: "ChileAtiende" },
      uri: `/v2/notifications/${message.id}`,
      template: { id: template, version: 1, uri: `/v2/template/${template}` },
    });
  }

  #tokenProblem(header: string | undefined): string | undefined {
    const [head = "", claims = "", signature = ""] = header?.replace(/^Bearer /, "").split(".") ?? [];
    const expected = createHmac("sha256", NOTIFY_DEMO.secret).update(`${head}.${claims}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "Invalid token: signature";
    const read = z
      .object({ iss: z.string(), iat: z.number() })
      .safeParse(parse(Buffer.from(claims, "base64url").toString("utf8")));
    if (!read.success || read.data.iss !== NOTIFY_DEMO.serviceId)
      return "Invalid token: service id is not the right one";
    if (Math.abs(this.#clock.now() / 1000 - read.data.iat) > TOKEN_LIFE_SECONDS) {
      return "Error: Your system clock must be accurate to within 30 seconds";
    }
    return undefined;
  }
}

function describe(message: SentMessage): { readonly [name: string]: Json } {
  const { id, type, reference, address, status, at } = message;
  const to = type === "email" ? { email_address: address } : { phone_number: address };
  return { id, reference, ...to, type, status, created_at: at };
}

/** Published test addresses and numbers. */
function statusFor(address: string): SentMessage["status"] {
  if (address === "temp-fail@simulator.notify" || address === "07700900003") return "temporary-failure";
  if (address === "perm-fail@simulator.notify" || address === "07700900002") return "permanent-failure";
  return "delivered";
}

function invalid(error: z.ZodError): Reply {
  return failure(400, "ValidationError", `${error.issues[0]?.path.join(".") ?? "body"} is not valid`);
}

function failure(status: number, error: string, message: string): Reply {
  return json(status, { status_code: status, errors: [{ error, message }] });
}
