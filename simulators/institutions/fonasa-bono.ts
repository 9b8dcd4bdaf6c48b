import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { PRESTACIONES, PROVIDERS } from "./fonasa-tables.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";
import { KeyedEffects, verificationCodeOf } from "./keyed-effects.ts";
import { findPerson } from "./registry.ts";

export const FONASA_BONO_TOKEN = "fonasa-bono-demo";

const DAY = 24 * 60 * 60 * 1000;
const QUOTE_LIFE = 15 * 60 * 1000;
/** Published: a bono is valid for thirty days. */
const BONO_LIFE = 30 * DAY;

const quoteRequest = z.strictObject({ run: z.string(), prestacion: z.string(), provider: z.string() });
const issueRequest = z.strictObject({
  run: z.string(),
  quote: z.string(),
  payment: z.looseObject({ amount: z.number().int(), ticket: z.string(), authorizationCode: z.string() }),
});

type Quote = {
  readonly id: string;
  readonly run: string;
  readonly prestacion: { readonly code: string; readonly name: string };
  readonly provider: {
    readonly rut: string;
    readonly name: string;
    readonly level: 1 | 2 | 3;
    readonly address: string;
  };
  readonly total: number;
  readonly bonus: number;
  readonly copago: number;
  readonly expiresAt: number;
  used: boolean;
};

type Bono = {
  readonly key: string;
  readonly folio: string;
  readonly verificationCode: string;
  readonly issuedAt: string;
  readonly expiresOn: string;
  readonly run: string;
  readonly copago: number;
  readonly body: { readonly [name: string]: Json };
  state: "issued" | "annulled" | "used";
};

/**
 * FONASA's issue of bonos. There is no public interface for it: paths, fields and errors are of our own design
 * (assumed contract), the rules are the published ones (tramos B, C and D; three levels; thirty days).
 */
export class FonasaBono extends InstitutionServer {
  readonly ledger: BonoLedger;

  constructor(options: InstitutionOptions) {
    const ledger = new BonoLedger(options.clock);
    super(
      {
        id: "fonasa-bono",
        model: "Bono issue (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => ledger.handle(exchange),
        describe: () => ({ issued: ledger.issued.length, annulled: ledger.annulled.length }),
      },
      options,
    );
    this.ledger = ledger;
  }
}

/** What was quoted, issued and annulled. */
class BonoLedger {
  readonly #clock: Clock;
  readonly #quotes = new Map<string, Quote>();
  readonly #issues = new KeyedEffects<Bono>();
  readonly #annulments = new KeyedEffects<{ folio: string }>();
  #folio = 100_000_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every bono that was ever issued, the annulled ones too. */
  get issued(): readonly Bono[] {
    return this.#issues.all;
  }

  get annulled(): readonly Bono[] {
    return this.issued.filter(({ state }) => state === "annulled");
  }

  handle(exchange: Exchange): Reply {
    if (exchange.headers.authorization !== `Bearer ${FONASA_BONO_TOKEN}`) return json(401, { error: "unauthorised" });
    const { method, path, query } = exchange;
    const folio = /^\/v1\/bonos\/([^/]+)(\/annulment)?$/.exec(path);
    if (method === "GET" && path === "/v1/status") return json(200, { status: "up" });
    if (method === "GET" && path === "/v1/prestaciones") {
      return json(200, { prestaciones: PRESTACIONES.map(({ code, name }) => ({ code, name })) });
    }
    if (method === "GET" && path === "/v1/providers") return this.#providers(query.get("prestacion") ?? "");
    if (method === "POST" && path === "/v1/quotes") return this.#quote(exchange);
    if (method === "POST" && path === "/v1/bonos") return this.#issue(exchange);
    if (method === "GET" && path === "/v1/bonos") return found(this.#issues.byKey(query.get("key") ?? "")?.body);
    if (method === "GET" && path === "/v1/annulments") return found(this.#annulments.byKey(query.get("key") ?? ""));
    if (method === "POST" && folio?.[2] !== undefined) return this.#annul(exchange, folio[1] ?? "");
    if (method === "GET" && folio?.[1] !== undefined) return this.#verify(folio[1], query.get("code") ?? "");
    return json(404, { error: "not-found" });
  }

  #providers(code: string): Reply {
    if (!PRESTACIONES.some((prestacion) => prestacion.code === code)) return json(422, { error: "prestacion-unknown" });
    const providers = PROVIDERS.filter(({ prestaciones }) => prestaciones.includes(code));
    return json(200, { providers: providers.map(({ rut, name, level, address }) => ({ rut, name, level, address })) });
  }

  #quote(exchange: Exchange): Reply {
    const request = quoteRequest.safeParse(parse(exchange.body));
    if (!request.success) return json(400, { error: "bad-request" });
    const { run, prestacion: code, provider: rut } = request.data;
    const person = findPerson(run);
    const insurance = person?.insurance;
    if (insurance?.kind !== "fonasa" || !insurance.active || insurance.tramo === "A") {
      return json(422, { error: "not-eligible" });
    }
    const prestacion = PRESTACIONES.find((candidate) => candidate.code === code);
    if (prestacion === undefined) return json(422, { error: "prestacion-unknown" });
    const provider = PROVIDERS.find((candidate) => candidate.rut === rut && candidate.prestaciones.includes(code));
    if (provider === undefined) return json(422, { error: "provider-unknown" });
    const total = prestacion.values[provider.level - 1] ?? prestacion.values[0];
    const quote: Quote = {
      id: `Q${this.#quotes.size + 1}`,
      run,
      prestacion: { code, name: prestacion.name },
      provider: { rut, name: provider.name, level: provider.level, address: provider.address },
      total,
      bonus: prestacion.bonus,
      copago: total - prestacion.bonus,
      expiresAt: this.#clock.now() + QUOTE_LIFE,
      used: false,
    };
    this.#quotes.set(quote.id, quote);
    return json(201, {
      quote: quote.id,
      prestacion: quote.prestacion,
      provider: quote.provider,
      total,
      bonus: quote.bonus,
      copago: quote.copago,
      expiresAt: new Date(quote.expiresAt).toISOString(),
    });
  }

  #issue(exchange: Exchange): Reply {
    const key = exchange.headers["idempotency-key"];
    const request = issueRequest.safeParse(parse(exchange.body));
    if (typeof key !== "string" || !request.success) return json(400, { error: "bad-request" });
    if (this.#issues.byKey(key) === undefined) {
      const refusal = this.#refusal(request.data.run, request.data.quote, request.data.payment.amount);
      if (refusal !== undefined) return json(422, { error: refusal });
    }
    const issued = this.#issues.once(key, request.data, () => this.#make(key, request.data.quote));
    if (issued === "conflict") return json(409, { error: "key-conflict" });
    return json(issued.repeated ? 200 : 201, issued.effect.body);
  }

  #refusal(run: string, id: string, amount: number): string | undefined {
    const quote = this.#quotes.get(id);
    if (quote === undefined || quote.used || quote.run !== run) return "quote-unknown";
    if (quote.expiresAt <= this.#clock.now()) return "quote-expired";
    if (quote.copago !== amount) return "amount-mismatch";
    return undefined;
  }

  #make(key: string, id: string): Bono {
    const quote = this.#quotes.get(id);
    const person = findPerson(quote?.run ?? "");
    if (quote === undefined || person?.insurance.kind !== "fonasa") throw new Error(`no quote ${id}`);
    quote.used = true;
    const folio = String(++this.#folio);
    const issuedAt = new Date(this.#clock.now()).toISOString();
    const expiresOn = new Date(this.#clock.now() + BONO_LIFE).toISOString().slice(0, 10);
    const verificationCode = verificationCodeOf(folio);
    const body = {
      folio,
      verificationCode,
      issuedAt,
      expiresOn,
      beneficiary: { run: quote.run, name: person.fullName },
      tramo: person.insurance.tramo,
      prestacion: quote.prestacion,
      provider: quote.provider,
      total: quote.total,
      bonus: quote.bonus,
      copago: quote.copago,
    };
    return {
      key,
      folio,
      verificationCode,
      issuedAt,
      expiresOn,
      run: quote.run,
      copago: quote.copago,
      body,
      state: "issued",
    };
  }

  #annul(exchange: Exchange, folio: string): Reply {
    const key = exchange.headers["idempotency-key"];
    if (typeof key !== "string") return json(400, { error: "bad-request" });
    const bono = this.issued.find((candidate) => candidate.folio === folio);
    if (bono === undefined) return json(422, { error: "bono-unknown" });
    if (bono.state === "used") return json(422, { error: "bono-not-annullable" });
    const annulled = this.#annulments.once(key, { folio }, () => {
      bono.state = "annulled";
      return { folio };
    });
    return annulled === "conflict" ? json(409, { error: "key-conflict" }) : json(200, annulled.effect);
  }

  #verify(folio: string, code: string): Reply {
    const bono = this.issued.find((candidate) => candidate.folio === folio && candidate.verificationCode === code);
    if (bono === undefined) return json(404, { error: "not-found" });
    const expired = bono.state === "issued" && bono.expiresOn < new Date(this.#clock.now()).toISOString().slice(0, 10);
    const state = bono.state === "issued" ? "valid" : bono.state;
    return json(200, { state: expired ? "expired" : state, issuedAt: bono.issuedAt, validUntil: bono.expiresOn });
  }
}

export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function found(effect: Json | undefined): Reply {
  return effect === undefined ? json(404, { error: "not-found" }) : json(200, effect);
}
