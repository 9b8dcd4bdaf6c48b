import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";

/** What the gateway must be configured with to be accepted: service id, secret and the one template that exists. */
export const NOTIFY_DEMO = {
  serviceId: "26785a09-ab16-4eb0-8407-a37497a57506",
  secret: "3d844edf-8d35-48ac-975b-e847b4f122b0",
  templateId: "f33517ff-2a88-4f6e-b855-c550268ce08a",
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

export type SentEmail = {
  readonly id: string;
  readonly address: string;
  readonly reference: string | null;
  readonly personalisation: Readonly<Record<string, string>>;
  readonly status: "delivered" | "temporary-failure" | "permanent-failure";
  readonly at: string;
};

/** An e-mail service of the shape that GOV.UK Notify publishes: bearer token, templates, statuses, error bodies. */
export class Notify extends InstitutionServer {
  readonly #outbox: Outbox;

  constructor(options: InstitutionOptions) {
    const outbox = new Outbox(options.clock);
    super(
      {
        id: "notify",
        model: "E-mail (GOV.UK Notify shape)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer"],
        probe: (exchange) => exchange.path === "/_status",
        handle: (exchange) => outbox.handle(exchange),
        describe: () => ({
          outbox: outbox.sent.map(({ address, status, personalisation }) => ({ address, status, personalisation })),
        }),
      },
      options,
    );
    this.#outbox = outbox;
  }

  /** Every e-mail that was taken, oldest first. */
  get outbox(): readonly SentEmail[] {
    return this.#outbox.sent;
  }
}

class Outbox {
  readonly sent: SentEmail[] = [];
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

  #email(exchange: Exchange): Reply {
    const request = emailRequest.safeParse(parse(exchange.body));
    if (!request.success) {
      const field = request.error.issues[0]?.path.join(".") ?? "body";
      return failure(400, "ValidationError", `${field} is not valid`);
    }
    const { email_address: address, template_id: template, personalisation = {}, reference = null } = request.data;
    if (template !== NOTIFY_DEMO.templateId) return failure(400, "BadRequestError", "Template not found");
    const email: SentEmail = {
      id: randomUUID(),
      address,
      reference,
      personalisation,
      status: statusFor(address),
      at: new Date(this.#clock.now()).toISOString(),
    };
    this.sent.push(email);
    return json(201, {
      id: email.id,
      reference,
      content: { subject: "Su documento", body: "", from_email: "no-responder@notify.test" },
      uri: `/v2/notifications/${email.id}`,
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

function describe(email: SentEmail): { readonly [name: string]: Json } {
  const { id, reference, address, status, at } = email;
  return { id, reference, email_address: address, type: "email", status, created_at: at };
}

/** Published test addresses. */
function statusFor(address: string): SentEmail["status"] {
  if (address === "temp-fail@simulator.notify") return "temporary-failure";
  if (address === "perm-fail@simulator.notify") return "permanent-failure";
  return "delivered";
}

function failure(status: number, error: string, message: string): Reply {
  return json(status, { status_code: status, errors: [{ error, message }] });
}
