import { createHmac } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { CallFailure, SubmissionContext } from "./connector.ts";
import { JsonInstitution } from "./json-institution.ts";

export type NotifyOptions = NonNullable<InstitutionsConfig["notify"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
};

/** A message by e-mail, or by SMS to a number in E.164. */
export type Message = ({ readonly address: string } | { readonly number: string }) & {
  readonly template: string;
  readonly personalisation: Readonly<Record<string, string>>;
};
type Accepted = { readonly accepted: true };

const sent = z.looseObject({ id: z.string() });
const list = z.looseObject({ notifications: z.array(z.looseObject({ reference: z.string().nullable() })) });
const errorBody = z.looseObject({
  errors: z.array(z.looseObject({ error: z.string(), message: z.string().optional() })).min(1),
});

/**
 * Sends e-mail and text messages through a service of the shape that GOV.UK Notify publishes: `POST /v2/notifications/email` and `…/sms`
 * with a JWT of the service's secret. Such a service does not recognise a repeated reference, but it can be asked for one.
 */
export class Notify {
  readonly #options: NotifyOptions;
  readonly #institution: JsonInstitution;

  constructor(options: NotifyOptions) {
    this.#options = options;
    this.#institution = new JsonInstitution({
      url: options.url,
      headers: () => ({
        authorization: `Bearer ${bearerToken(options.serviceId, options.secret, options.clock.now())}`,
      }),
      clock: options.clock,
      refusalName: refusalName,
      refusals: { "address-refused": "delivery.address-refused" },
    });
  }

  async send(message: Message, { key, signal }: SubmissionContext): Promise<Result<Accepted, CallFailure>> {
    const answer = await this.#institution.call({
      method: "POST",
      path: "number" in message ? "/v2/notifications/sms" : "/v2/notifications/email",
      body: {
        ...("number" in message ? { phone_number: message.number } : { email_address: message.address }),
        template_id: message.template,
        personalisation: message.personalisation,
        reference: key,
      },
      answer: sent,
      deadline: this.#options.deadlines.notify,
      signal,
    });
    return answer.ok ? ok({ accepted: true }) : answer;
  }

  async find(key: string, signal: AbortSignal): Promise<Result<Accepted | undefined, CallFailure>> {
    const answer = await this.#institution.call({
      method: "GET",
      path: `/v2/notifications?reference=${encodeURIComponent(key)}`,
      answer: list,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
    if (!answer.ok) return answer;
    const found = answer.value.notifications.some(({ reference }) => reference === key);
    return ok(found ? { accepted: true } : undefined);
  }

  async probe(deadline: number) {
    return await this.#institution.raw({ method: "GET", path: "/_status", deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }
}

/** The published errors are `{error, message}` with the field at the head of the message. */
function refusalName(body: unknown): string | undefined {
  const first = errorBody.safeParse(body).data?.errors[0];
  if (first === undefined) return undefined;
  return /^(email_address|phone_number)/.test(first.message ?? "") ? "address-refused" : first.error;
}

/**
 * JWT (RFC 7519) signed HS256, with issuer and time of issue as the service demands.
 *
 * @param now milliseconds since the Unix epoch.
 */
function bearerToken(serviceId: string, secret: string, now: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode({ typ: "JWT", alg: "HS256" })}.${encode({ iss: serviceId, iat: Math.floor(now / 1000) })}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}
