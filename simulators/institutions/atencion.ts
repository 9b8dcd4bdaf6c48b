import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { casesOf, summaryOf } from "./atencion-cases.ts";
import { codeOf, OfficeQueue, type Slot, slotsFrom } from "./atencion-office.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";
import { KeyedEffects } from "./keyed-effects.ts";

export const ATENCION_TOKEN = "atencion-demo";
export const ATENCION_OFFICE = "valdivia";

const PLACE = "ChileAtiende Valdivia";
const MATTERS: { readonly [name: string]: string } = { "atencion-general": "Atención general" };

const turnRequest = z.strictObject({ queue: z.string(), preferential: z.boolean(), run: z.string().optional() });
const bookingRequest = z.strictObject({ slot: z.string(), matter: z.string(), run: z.string() });
const searchRequest = z.strictObject({ run: z.string(), case: z.string().optional() });
const helpRequest = z.strictObject({ kiosk: z.string(), service: z.string() });

type Help = {
  readonly call: string;
  readonly kiosk: string;
  readonly service: string;
  state: "waiting" | "coming" | "closed";
};
type Taken = { readonly [name: string]: Json } & { readonly folio: string };

/**
 * An office: its queues, its appointments, its people and the cases of its citizens. **Assumed contract**: no public interface of such a
 * system is known; this is JSON of our own design, with idempotency keys and status by key.
 */
export class Atencion extends InstitutionServer {
  readonly office: Office;

  constructor(options: InstitutionOptions) {
    const office = new Office(options.clock);
    super(
      {
        id: "atencion",
        model: "Office: queues, appointments, cases (assumed contract)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer", "duplicate-key"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: (exchange) => office.handle(exchange),
        describe: () => office.describe(),
        actions: {
          callNext: {
            label: { es: "Llamar al siguiente", en: "Call the next person" },
            run: async () => office.callNext(),
          },
          comeToHelp: {
            label: { es: "Ir a ayudar", en: "Go and help" },
            run: async () => office.help("coming"),
          },
          closeHelp: {
            label: { es: "Cerrar el aviso", en: "Close the call" },
            run: async () => office.help("closed"),
          },
          takeFirstHour: {
            label: { es: "Otra persona toma la primera hora", en: "Somebody takes the first hour" },
            run: async () => office.takeFirstHour(),
          },
        },
      },
      options,
    );
    this.office = office;
  }
}

class Office {
  readonly #clock: Clock;
  readonly #turns = new KeyedEffects<Taken>();
  readonly #bookings = new KeyedEffects<Taken>();
  readonly #calls = new KeyedEffects<Help>();
  readonly #booked = new Set<string>();
  readonly queues = [
    new OfficeQueue("general", "Atención general", "A", 4, 7),
    new OfficeQueue("pagos", "Pagos y beneficios", "B", 6, 1),
    new OfficeQueue("clave", "ClaveÚnica", "C", 3, 0, false),
  ];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get turns(): readonly Taken[] {
    return this.#turns.all;
  }

  /** By the key that each was taken under. */
  get keyedTurns(): readonly (readonly [key: string, turn: Taken])[] {
    return this.#turns.entries;
  }

  get keyedCalls(): readonly (readonly [key: string, call: Help])[] {
    return this.#calls.entries;
  }

  get bookings(): readonly Taken[] {
    return this.#bookings.all;
  }

  get calls(): readonly Help[] {
    return this.#calls.all;
  }

  describe(): { readonly [name: string]: Json } {
    return {
      turns: this.turns.length,
      bookings: this.bookings.length,
      helpCalls: this.calls.filter(({ state }) => state === "waiting").length,
      waiting: this.queues.reduce((sum, queue) => sum + queue.waiting, 0),
    };
  }

  callNext(): void {
    for (const queue of this.queues) queue.callNext();
  }

  /** Somebody of the office answers the calls for help. */
  help(state: "coming" | "closed"): void {
    for (const call of this.calls) if (call.state === "waiting" || state === "closed") call.state = state;
  }

  takeFirstHour(): void {
    const [first] = this.#free();
    if (first !== undefined) this.#booked.add(first.slot);
  }

  handle(exchange: Exchange): Reply {
    if (exchange.headers.authorization !== `Bearer ${ATENCION_TOKEN}`) return json(401, { error: "unauthorised" });
    const { method, path, query } = exchange;
    const [version, ...parts] = path.split("/").filter((part) => part !== "");
    if (version !== "v1") return json(404, { error: "not-found" });
    const [area = "", name = "", more = ""] = parts;
    if (method === "GET" && area === "status") return json(200, { status: "up" });
    if (method === "POST" && path === "/v1/cases") return this.#cases(exchange);
    if (method === "GET" && parts.length === 1 && query.has("key")) return this.#byKey(area, query.get("key") ?? "");
    if (method === "GET" && parts.length === 2) return this.#byName(area, name);
    if (area === "offices" && name === ATENCION_OFFICE) return this.#inOffice(exchange, more);
    return json(404, { error: "not-found" });
  }

  #inOffice(exchange: Exchange, what: string): Reply {
    if (exchange.method === "POST") {
      if (what === "turns") return this.#effect(exchange, turnRequest, this.#turns, (body) => this.#take(body));
      if (what === "appointments")
        return this.#effect(exchange, bookingRequest, this.#bookings, (body) => this.#book(body));
      if (what === "help") return this.#effect(exchange, helpRequest, this.#calls, (body) => this.#call(body));
    }
    if (what === "queues") return json(200, { queues: this.queues.filter(({ closed }) => !closed).map(queueBody) });
    if (what === "slots" && Object.hasOwn(MATTERS, exchange.query.get("matter") ?? ""))
      return json(200, { slots: this.#free() });
    return json(404, { error: "not-found" });
  }

  /** `make` returns a refusal or the effect; a refused key has no effect and may be used again. */
  #effect<B, T extends { readonly [name: string]: Json }>(
    exchange: Exchange,
    schema: z.ZodType<B>,
    effects: KeyedEffects<T>,
    make: (body: B) => T | Refusal,
  ): Reply {
    const key = exchange.headers["idempotency-key"];
    const read = schema.safeParse(parse(exchange.body));
    if (typeof key !== "string" || !read.success) return json(400, { error: "bad-request" });
    try {
      const done = effects.once(key, read.data, () => {
        const made = make(read.data);
        if (made instanceof Refusal) throw made;
        return made;
      });
      return done === "conflict" ? json(409, { error: "key-conflict" }) : json(done.repeated ? 200 : 201, done.effect);
    } catch (refusal) {
      if (refusal instanceof Refusal) return json(409, { error: refusal.message });
      throw refusal;
    }
  }

  #take({ queue: id, preferential }: z.infer<typeof turnRequest>): Taken | Refusal {
    const queue = this.queues.find((one) => one.id === id);
    if (queue === undefined || queue.closed) return new Refusal("queue-closed");
    const { folio, number, ahead } = queue.take(preferential && queue.preferential);
    const takenAt = new Date(this.#clock.now()).toISOString();
    return { folio, number, queue: queue.name, ahead, minutes: queue.minutes(ahead), takenAt };
  }

  #book({ slot, matter }: z.infer<typeof bookingRequest>): Taken | Refusal {
    const free = this.#free().find((one) => one.slot === slot);
    if (free === undefined || MATTERS[matter] === undefined) return new Refusal("slot-taken");
    this.#booked.add(slot);
    const { date, time, place } = free;
    return { folio: codeOf(`hour ${slot}`), matter: MATTERS[matter], date, time, place };
  }

  #call({ kiosk, service }: z.infer<typeof helpRequest>): Help {
    return { call: `H${this.calls.length + 1}`, kiosk, service, state: "waiting" };
  }

  #free(): Slot[] {
    return slotsFrom(this.#clock, PLACE).filter(({ slot }) => !this.#booked.has(slot));
  }

  #cases(exchange: Exchange): Reply {
    const read = searchRequest.safeParse(parse(exchange.body));
    if (!read.success) return json(400, { error: "bad-request" });
    const { run, case: id } = read.data;
    const cases = casesOf(run);
    if (id === undefined) return json(200, { cases: cases.map(summaryOf) });
    const found = cases.find((one) => one.case === id);
    return found === undefined ? json(404, { error: "not-found" }) : json(200, found);
  }

  #byKey(area: string, key: string): Reply {
    const effects = { turns: this.#turns, appointments: this.#bookings, help: this.#calls };
    const found = Object.hasOwn(effects, area) ? effects[area as keyof typeof effects].byKey(key) : undefined;
    return found === undefined ? json(404, { error: "not-found" }) : json(200, found);
  }

  #byName(area: string, name: string): Reply {
    if (area === "help") {
      const call = this.calls.find((one) => one.call === name);
      return call === undefined ? json(404, { error: "not-found" }) : json(200, { state: call.state });
    }
    const taken = [...this.turns, ...this.bookings].find(({ folio }) => folio === name);
    if (area !== "turns" || taken === undefined) return json(404, { error: "not-found" });
    const { number, queue: queueName } = taken;
    const queue = this.queues.find((one) => one.name === queueName);
    if (typeof number !== "string" || queue === undefined) {
      const { matter = "", date = "", time = "", place = "" } = taken;
      return json(200, { kind: "appointment", matter, date, time, place });
    }
    const ahead = queue.ahead(number);
    return json(200, { kind: "queue", number, queue: queue.name, ahead: ahead ?? null, called: queue.called ?? null });
  }
}

class Refusal extends Error {}

function queueBody(queue: OfficeQueue): { readonly [name: string]: Json } {
  const { id, name, waiting, preferential } = queue;
  return { queue: id, name, waiting, minutes: queue.minutes(waiting), preferential };
}
