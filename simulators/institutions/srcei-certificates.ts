import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";
import { KeyedEffects, verificationCodeOf } from "./keyed-effects.ts";
import { findPerson } from "./registry.ts";

export const SRCEI_TOKEN = "srcei-demo";

/** Published: certificates stay checkable for sixty days. */
const CHECKABLE = 60 * 24 * 60 * 60 * 1000;

const request = z.strictObject({
  run: z.string(),
  kind: z.literal("birth"),
  use: z.enum(["todo-tramite", "matricula", "asignacion-familiar"]),
});

type Certificate = {
  readonly key: string;
  readonly folio: string;
  readonly verificationCode: string;
  readonly issuedAt: string;
  readonly validUntil: string;
  readonly run: string;
  readonly body: { readonly [name: string]: Json };
};

/**
 * The Registro Civil's issue of certificates. The published kiosk form (SOAP `urn:CertificadoDocto`) returns an opaque
 * document without folio or key, so this is an assumed contract of our own: JSON, idempotency key, status by key.
 */
export class SrceiCertificates extends InstitutionServer {
  readonly ledger: CertificateLedger;

  constructor(options: InstitutionOptions) {
    const ledger = new CertificateLedger(options.clock);
    super(
      {
        id: "srcei-certificates",
        model: "Certificate issue (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => ledger.handle(exchange),
        describe: () => ({ issued: ledger.issued.length }),
      },
      options,
    );
    this.ledger = ledger;
  }
}

class CertificateLedger {
  readonly #clock: Clock;
  readonly #issues = new KeyedEffects<Certificate>();
  #folio = 500_000_000_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get issued(): readonly Certificate[] {
    return this.#issues.all;
  }

  handle(exchange: Exchange): Reply {
    if (exchange.headers.authorization !== `Bearer ${SRCEI_TOKEN}`) return json(401, { error: "unauthorised" });
    const { method, path, query } = exchange;
    const folio = /^\/v1\/certificates\/([^/]+)$/.exec(path)?.[1];
    if (method === "GET" && path === "/v1/status") return json(200, { status: "up" });
    if (method === "POST" && path === "/v1/certificates") return this.#issue(exchange);
    if (method === "GET" && path === "/v1/certificates") {
      const certificate = this.#issues.byKey(query.get("key") ?? "");
      return certificate === undefined ? json(404, { error: "not-found" }) : json(200, certificate.body);
    }
    if (method === "GET" && folio !== undefined) return this.#verify(folio, query.get("code") ?? "");
    return json(404, { error: "not-found" });
  }

  #issue(exchange: Exchange): Reply {
    const key = exchange.headers["idempotency-key"];
    const read = request.safeParse(parse(exchange.body));
    if (typeof key !== "string" || !read.success) return json(400, { error: "bad-request" });
    if (findPerson(read.data.run) === undefined) return json(422, { error: "person-unknown" });
    const issued = this.#issues.once(key, read.data, () => this.#make(key, read.data.run, read.data.use));
    if (issued === "conflict") return json(409, { error: "key-conflict" });
    return json(issued.repeated ? 200 : 201, issued.effect.body);
  }

  #make(key: string, run: string, use: string): Certificate {
    const person = findPerson(run);
    if (person === undefined) throw new Error("no such person");
    const folio = String(++this.#folio);
    const verificationCode = verificationCodeOf(folio);
    const issuedAt = new Date(this.#clock.now()).toISOString();
    const validUntil = new Date(this.#clock.now() + CHECKABLE).toISOString().slice(0, 10);
    const body = {
      folio,
      verificationCode,
      issuedAt,
      validUntil,
      use,
      person: {
        run,
        name: person.fullName,
        birthDate: person.birthDate,
        birthPlace: person.birthPlace,
        sex: person.sex,
        registration: person.registration,
        parents: person.parents,
      },
    };
    return { key, folio, verificationCode, issuedAt, validUntil, run, body };
  }

  #verify(folio: string, code: string): Reply {
    const certificate = this.issued.find((one) => one.folio === folio && one.verificationCode === code);
    if (certificate === undefined) return json(404, { error: "not-found" });
    const { issuedAt, validUntil } = certificate;
    const expired = validUntil < new Date(this.#clock.now()).toISOString().slice(0, 10);
    return json(200, { state: expired ? "expired" : "valid", issuedAt, validUntil });
  }
}
