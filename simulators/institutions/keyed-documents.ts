import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, json, type Reply } from "./institution-server.ts";
import { KeyedEffects, verificationCodeOf } from "./keyed-effects.ts";
import { findPerson, type RegisteredPerson } from "./registry.ts";

type Kept = {
  readonly key: string;
  readonly folio: string;
  readonly verificationCode: string;
  readonly issuedAt: string;
  readonly validUntil: string;
  readonly run: string;
  readonly body: { readonly [name: string]: Json };
};

export type DocumentKind<R extends { readonly run: string }> = {
  readonly clock: Clock;
  readonly token: string;
  /** Where they are made and asked for, e.g. `/v1/certificates`. */
  readonly path: string;
  readonly request: z.ZodType<R>;
  /** The number after which folios begin. */
  readonly folio: number;
  /** Milliseconds for which a document holds, or until it is answered. */
  readonly validity: number;
  /** What the institution says besides folio and verification code. */
  readonly content: (
    request: R,
    person: RegisteredPerson,
    dates: Pick<Kept, "issuedAt" | "validUntil">,
  ) => { readonly [name: string]: Json };
};

/** The documents that an institution made: one for each key, found by key, checked by folio and code. An assumed contract of our own. */
export class DocumentLedger<R extends { readonly run: string }> {
  readonly #kind: DocumentKind<R>;
  readonly #issues = new KeyedEffects<Kept>();
  #folio: number;

  constructor(kind: DocumentKind<R>) {
    this.#kind = kind;
    this.#folio = kind.folio;
  }

  get issued(): readonly Kept[] {
    return this.#issues.all;
  }

  handle(exchange: Exchange): Reply {
    const { token, path: root } = this.#kind;
    if (exchange.headers.authorization !== `Bearer ${token}`) return json(401, { error: "unauthorised" });
    const { method, path, query } = exchange;
    if (method === "GET" && path === "/v1/status") return json(200, { status: "up" });
    if (method === "POST" && path === root) return this.#issue(exchange);
    if (method === "GET" && path === root) {
      const document = this.#issues.byKey(query.get("key") ?? "");
      return document === undefined ? json(404, { error: "not-found" }) : json(200, document.body);
    }
    const folio = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : "";
    if (method === "GET" && /^[^/]+$/.test(folio)) return this.#verify(folio, query.get("code") ?? "");
    return json(404, { error: "not-found" });
  }

  #issue(exchange: Exchange): Reply {
    const key = exchange.headers["idempotency-key"];
    const read = this.#kind.request.safeParse(parse(exchange.body));
    if (typeof key !== "string" || !read.success) return json(400, { error: "bad-request" });
    const person = findPerson(read.data.run);
    if (person === undefined) return json(422, { error: "person-unknown" });
    const issued = this.#issues.once(key, read.data, () => this.#make(key, read.data, person));
    if (issued === "conflict") return json(409, { error: "key-conflict" });
    return json(issued.repeated ? 200 : 201, issued.effect.body);
  }

  #make(key: string, request: R, person: RegisteredPerson): Kept {
    const { clock, validity, content } = this.#kind;
    const folio = String(++this.#folio);
    const verificationCode = verificationCodeOf(folio);
    const issuedAt = new Date(clock.now()).toISOString();
    const validUntil = new Date(clock.now() + validity).toISOString().slice(0, 10);
    const body = { folio, verificationCode, ...content(request, person, { issuedAt, validUntil }) };
    return { key, folio, verificationCode, issuedAt, validUntil, run: request.run, body };
  }

  #verify(folio: string, code: string): Reply {
    const document = this.issued.find((one) => one.folio === folio && one.verificationCode === code);
    if (document === undefined) return json(404, { error: "not-found" });
    const { issuedAt, validUntil } = document;
    const expired = validUntil < new Date(this.#kind.clock.now()).toISOString().slice(0, 10);
    return json(200, { state: expired ? "expired" : "valid", issuedAt, validUntil });
  }
}
