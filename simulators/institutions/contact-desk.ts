import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";
import { KeyedEffects } from "./keyed-effects.ts";

export const CONTACT_DESK_TOKEN = "chileatiende-demo";

const request = z.strictObject({
  run: z.string(),
  name: z.string().optional(),
  topic: z.string(),
  phone: z.string(),
  message: z.string().optional(),
  reference: z.string().optional(),
  madeAt: z.string().optional(),
});

type ContactRequest = z.infer<typeof request> & {
  readonly key: string;
  readonly folio: string;
  readonly receivedAt: string;
};

/** A topic that this desk refuses, so that a refusal can be seen. */
export const REFUSED_TOPIC = "refused-topic";

/** ChileAtiende's contact desk: takes requests of citizens. An assumed contract of our own. */
export class ContactDesk extends InstitutionServer {
  readonly ledger: ContactLedger;

  constructor(options: InstitutionOptions) {
    const ledger = new ContactLedger(options.clock);
    super(
      {
        id: "contact-desk",
        model: "Contact requests (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => ledger.handle(exchange),
        describe: () => ({
          received: ledger.received.length,
          references: ledger.received.map(({ reference }) => reference ?? ""),
        }),
      },
      options,
    );
    this.ledger = ledger;
  }
}

class ContactLedger {
  readonly #clock: Clock;
  readonly #requests = new KeyedEffects<ContactRequest>();
  #folio = 70_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get received(): readonly ContactRequest[] {
    return this.#requests.all;
  }

  handle(exchange: Exchange): Reply {
    if (exchange.headers.authorization !== `Bearer ${CONTACT_DESK_TOKEN}`) return json(401, { error: "unauthorised" });
    const { method, path, query } = exchange;
    if (method === "GET" && path === "/v1/status") return json(200, { status: "up" });
    if (method === "POST" && path === "/v1/requests") return this.#take(exchange);
    if (method === "GET" && path === "/v1/requests") {
      const taken = this.#requests.byKey(query.get("key") ?? "");
      return taken === undefined ? json(404, { error: "not-found" }) : json(200, told(taken));
    }
    return json(404, { error: "not-found" });
  }

  #take(exchange: Exchange): Reply {
    const key = exchange.headers["idempotency-key"];
    const read = request.safeParse(parse(exchange.body));
    if (typeof key !== "string" || !read.success) return json(400, { error: "bad-request" });
    if (read.data.topic === REFUSED_TOPIC) return json(422, { error: "topic-unknown" });
    const receivedAt = new Date(this.#clock.now()).toISOString();
    const taken = this.#requests.once(key, read.data, () => ({
      ...read.data,
      ...{ key, receivedAt, folio: `SC-${++this.#folio}` },
    }));
    if (taken === "conflict") return json(409, { error: "key-conflict" });
    return json(taken.repeated ? 200 : 201, told(taken.effect));
  }
}

function told({ folio, receivedAt }: ContactRequest) {
  return { folio, receivedAt };
}
