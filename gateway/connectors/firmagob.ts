import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { CallFailure } from "./connector.ts";
import { type HttpAnswer, isWebPage, outOfContract, refused } from "./institution-http.ts";
import { JsonInstitution } from "./json-institution.ts";

export type FirmaGobOptions = NonNullable<InstitutionsConfig["firmagob"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
};

/** A document as the signing service gave it back, and its number of the request. */
export type Sealed = { readonly document: string; readonly request: string };

const TICKETS = "/firma/v2/files/tickets";
/** As in the official examples. */
const TOKEN_LIFE = 5 * 60 * 1000;
/** An institutional certificate: no official stands by with a one-time password. */
const UNATTENDED = "Desatendido";

const ticket = z.looseObject({
  idSolicitud: z.union([z.number(), z.string()]),
  metadata: z.looseObject({ signedFailed: z.coerce.number() }),
  files: z.array(z.looseObject({ content: z.string().nullish(), status: z.string() })).length(1),
});
const errorBody = z.looseObject({ error: z.string() });

/**
 * The State's FirmaGob: seals a PDF with the certificate of an institution, by the request that its official examples show. The seal is
 * the institution's, and never the citizen's signature.
 *
 * It knows no idempotency key, and cannot be asked what became of a request. Sealing the same bytes again changes nothing that anybody
 * relies on: the gateway keeps one seal. Its error texts are not published: every refusal counts alike.
 */
export class FirmaGob {
  readonly #options: FirmaGobOptions;
  readonly #institution: JsonInstitution;

  constructor(options: FirmaGobOptions) {
    this.#options = options;
    this.#institution = new JsonInstitution({
      url: options.url,
      headers: () => ({}),
      clock: options.clock,
      refusalName: (body) => errorBody.safeParse(body).data?.error,
      refusals: {},
    });
  }

  /** @param description what it is, without anything about a person. */
  async seal(pdf: Uint8Array, description: string, signal: AbortSignal): Promise<Result<Sealed, CallFailure>> {
    const content = Buffer.from(pdf).toString("base64");
    const answer = await this.#institution.call({
      method: "POST",
      path: TICKETS,
      body: {
        token: this.#token(),
        api_token_key: this.#options.apiTokenKey,
        files: [{ "content-type": "application/pdf", content, description, checksum: checksumOf(content) }],
      },
      answer: ticket,
      deadline: this.#options.deadlines.firmagob,
      signal,
    });
    if (!answer.ok) return answer;
    const [file] = answer.value.files;
    if (answer.value.metadata.signedFailed > 0 || file?.status !== "OK")
      return err(refused(coded("institution.request-refused", "not sealed")));
    const document = Buffer.from(file.content ?? "", "base64");
    if (!document.subarray(0, 5).equals(Buffer.from("%PDF-")))
      return err(outOfContract([{ path: ["files", 0, "content"] }]));
    return ok({ document: document.toString("base64"), request: String(answer.value.idSolicitud) });
  }

  /** No page that tells its state is published: whatever answers here, and is no failure and no web page, is the service. */
  async probe(): Promise<Result<HttpAnswer, CallFailure>> {
    const deadline = this.#options.deadlines.probe;
    const answer = await this.#institution.raw({ method: "GET", path: TICKETS, deadline, signal: undefined });
    if (!answer.ok || answer.value.status >= 500 || isWebPage(answer.value)) return answer;
    return ok({ ...answer.value, status: 200 });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }

  /** JWT (RFC 7519), HS256. */
  #token(): string {
    const { clock, entity, run, secret } = this.#options;
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const claims = { entity, run, purpose: UNATTENDED, expiration: chileanTime(clock.now() + TOKEN_LIFE) };
    const content = `${encode({ typ: "JWT", alg: "HS256" })}.${encode(claims)}`;
    return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
  }
}

/** Of the base64 text, as the official example has it; other clients send the bytes' in hexadecimal digits. */
function checksumOf(content: string): string {
  return createHash("sha256").update(content).digest("base64");
}

/** `YYYY-MM-DDTHH:mm:ss`, without zone. @param at milliseconds since the Unix epoch. */
function chileanTime(at: number): string {
  const text = new Intl.DateTimeFormat("sv-SE", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    timeZone: "America/Santiago",
  } as const).format(at);
  return text.replace(" ", "T");
}
