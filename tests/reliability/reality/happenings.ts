import fc from "fast-check";
import type { Intent, IntentType, ScreenKind, SessionView } from "../../../base/contracts/view.ts";
import { viewStateSchema } from "../../../kiosk/contract/messages.ts";
import type { OperatorAction, SimulatedDevice } from "../../../simulators/operator.ts";
import type { Fault } from "../../../simulators/payment-terminal/faults.ts";
import { type KioskInMemory, QUERY_FAULTS } from "./kiosk-in-memory.ts";

const CARD = { kind: "debit", last4: "0042", brand: "DB" } as const;

/** The one thing that the model must remember: the kiosk is its own model, what it may do next is in its view. */
export type Model = { readonly happened: string[] };
export type Happening = fc.AsyncCommand<Model, KioskInMemory>;

/** Something that happens to a kiosk; afterwards, whatever it was, the kiosk keeps what it always promises. */
class Happens implements Happening {
  readonly #name: string;
  readonly #run: (kiosk: KioskInMemory) => void | Promise<void>;

  constructor(name: string, run: (kiosk: KioskInMemory) => void | Promise<void>) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, kiosk: KioskInMemory): Promise<void> {
    await this.#run(kiosk);
    await kiosk.passes(0);
    model.happened.push(this.#name);
    keepsItsPromises(kiosk);
  }

  toString(): string {
    return this.#name;
  }
}

/** What holds after every single thing that happens. */
function keepsItsPromises(kiosk: KioskInMemory): void {
  if (kiosk.defects.length > 0) throw kiosk.defects[0];
  viewStateSchema.parse(kiosk.published);
  const tickets = kiosk.terminal.ledger.approved.map(({ ticket }) => ticket);
  if (new Set(tickets).size < tickets.length) throw new Error(`a ticket was charged twice: ${tickets.join(" ")}`);
}

/** The operator's hand does it where it can be done: nobody takes a ticket that is not there. */
async function operate(device: SimulatedDevice, action: string, parameters: Parameters<OperatorAction["run"]>[0] = {}) {
  try {
    await device.actions[action]?.run(parameters);
  } catch {
    // It could not be done.
  }
}

/** A value for an intent on this view; which of several, `seed` says. */
function intentFor(type: IntentType, { screen }: SessionView, seed: number): Intent {
  const one = <T>(from: readonly T[]): T | undefined => from[seed % Math.max(1, from.length)];
  switch (type) {
    case "SET_LOCALE":
      return { type, locale: seed % 2 === 0 ? "es" : "en" };
    case "OPEN_SERVICE":
      return { type, service: (screen.kind === "services" && one(screen.services)?.id) || "no/such" };
    case "SELECT":
      return { type, option: (screen.kind === "choose" ? one(screen.options)?.id : String((seed % 7) + 1)) ?? "none" };
    case "SUBMIT":
      return { type, value: one(["12.345.678-5", "a@b.example", "no", ""]) ?? "" };
    case "CHOOSE":
      return { type, options: screen.kind === "choose-many" ? [one(screen.options)?.id ?? "none"] : [] };
    case "CHANGE":
      return { type, row: (screen.kind === "review" && one(screen.rows)?.id) || "none" };
    case "REMOVE":
      return { type, page: (screen.kind === "scan-pages" && one(screen.pages)?.id) || "0".repeat(64) };
    default:
      return { type };
  }
}

/** What a citizen would do next to get on; `seed` where there are several ways. */
function nextOf(view: SessionView, seed: number): Intent | undefined {
  const ahead = view.intents.filter((type) => !ASIDE.has(type)) as IntentType[];
  const type = ahead[seed % Math.max(1, ahead.length)];
  return type === undefined ? undefined : intentFor(type, view, seed);
}
const ASIDE = new Set<string>(["SET_LOCALE", "HELP", "LEAVE", "BACK", "REFUSE", "TYPE_RUN", "CHANGE"]);

/** Sends it as one shell would, and holds the answer against what the view had offered. */
function tap(kiosk: KioskInMemory, intent: Intent, version = kiosk.published.version): void {
  const { intents, version: now } = kiosk.published;
  const refused = kiosk.sends(intent, version);
  if (refused === undefined && (version !== now || !intents.includes(intent.type)))
    throw new Error(`${intent.type} was accepted on a view that did not offer it: ${intents.join(" ")}`);
  if (refused?.type === "refused" && !["stale", "not-enabled"].includes(refused.reason))
    throw new Error(`${intent.type} was refused as ${refused.reason}`);
}

/** A citizen who does what is asked, and has the cards, does the next thing. */
async function getsOn(kiosk: KioskInMemory): Promise<void> {
  const { screen } = kiosk.view;
  if (screen.kind === "identify")
    await operate(kiosk.reader, "present-card", { run: "12345678-5", variant: "as-issued" });
  else if (screen.kind === "pay") {
    kiosk.terminal.insertCard(CARD);
    kiosk.terminal.approve();
  } else if (screen.kind === "deliver") await operate(kiosk.printer, "takeTicket");
  else {
    const intent = nextOf(kiosk.view, 0);
    if (intent !== undefined) tap(kiosk, intent);
  }
}

/** Brings such a citizen from the attract screen to the first screen of `kind`. */
export async function comesTo(kiosk: KioskInMemory, kind: ScreenKind): Promise<void> {
  for (let step = 0; step < 300 && kiosk.view.screen.kind !== kind; step++) {
    await getsOn(kiosk);
    await kiosk.passes(100);
  }
}

/** Serves such a citizen from the attract screen to the last page and back. Returns the titles that were seen. */
export async function servesTheNextCitizen(kiosk: KioskInMemory): Promise<string> {
  const titles: string[] = [];
  let finished = false;
  for (let step = 0; step < 120 && !(finished && kiosk.view.screen.kind === "attract"); step++) {
    const { screen } = kiosk.view;
    finished ||= screen.kind === "finish";
    if (titles.at(-1) !== screen.title.id) titles.push(screen.title.id);
    await getsOn(kiosk);
    await kiosk.passes(1_000);
  }
  kiosk.terminal.removeCard();
  if (!finished) throw new Error(`the next citizen was not served: ${titles.join(" ")}`);
  return titles.join(" ");
}

const seeds = fc.nat({ max: 5_000 });

const ALL_INTENTS: readonly IntentType[] = [
  ...(["START", "SET_LOCALE", "OPEN_SERVICE", "CONTINUE", "BACK", "LEAVE", "STAY", "ACCEPT", "REFUSE"] as const),
  ...(["TYPE_RUN", "SUBMIT", "SELECT", "CHANGE", "CONFIRM", "RETRY", "SKIP", "FINISH", "MORE_TIME", "HELP"] as const),
  ...(["CLOSE_HELP", "SCAN", "REMOVE"] as const),
];

const citizen = [
  seeds.map(
    (seed) =>
      new Happens(`goes on (${seed})`, (kiosk) => {
        const intent = nextOf(kiosk.view, seed);
        if (intent !== undefined) tap(kiosk, intent);
      }),
  ),
  fc
    .tuple(fc.constantFrom(...ALL_INTENTS), seeds)
    .map(([type, seed]) => new Happens(`taps ${type}`, (kiosk) => tap(kiosk, intentFor(type, kiosk.view, seed)))),
  seeds.map(
    (seed) =>
      new Happens(`two shells tap at once (${seed})`, (kiosk) => {
        const { version } = kiosk.published;
        const intent = nextOf(kiosk.view, seed);
        if (intent === undefined) return;
        tap(kiosk, intent, version);
        tap(kiosk, intent, version);
      }),
  ),
  seeds.map(
    (seed) =>
      new Happens(`one message comes twice (${seed})`, (kiosk) => {
        const intent = nextOf(kiosk.view, seed);
        if (intent === undefined) return;
        const { version } = kiosk.published;
        const id = crypto.randomUUID();
        kiosk.sends(intent, version, id);
        const again = kiosk.sends(intent, kiosk.published.version, id);
        if (again?.type !== "refused" || again.reason !== "replayed") throw new Error("a message was taken twice");
      }),
  ),
  fc.tuple(fc.integer({ min: 1, max: 5 }), seeds).map(
    ([behind, seed]) =>
      new Happens(`taps a screen that has gone (${behind} behind)`, (kiosk) => {
        const intent = nextOf(kiosk.view, seed);
        const version = kiosk.published.version - behind;
        if (intent !== undefined && version > 0) tap(kiosk, intent, version);
      }),
  ),
  fc
    .constantFrom("12345678-5", "11111111-1")
    .map(
      (run) =>
        new Happens(
          `shows the card ${run}`,
          async (kiosk) => void (await operate(kiosk.reader, "present-card", { run, variant: "as-issued" })),
        ),
    ),
];

const FAULTS: readonly Fault[] = [
  { fault: "nak" },
  { fault: "drop-request" },
  { fault: "drop-ack" },
  { fault: "late-response", delay: 20_000 },
  { fault: "drop-response" },
  { fault: "duplicate-response" },
  { fault: "wrong-lrc" },
  { fault: "unplug", when: "after-ack", replugAfter: 3_000 },
  { fault: "unplug", when: "before-response", replugAfter: 3_000 },
  { fault: "unplug", when: "after-response", replugAfter: 3_000 },
];
const PRINTER = [
  "paperEnd",
  "loadPaper",
  "openCover",
  "closeCover",
  "jam",
  "clearFaults",
  "unplug",
  "plug",
  "powerOff",
  "powerOn",
  "takeTicket",
];

const devices = [
  fc.constant(new Happens("puts a bank card in", ({ terminal }) => terminal.insertCard(CARD))),
  fc.constant(new Happens("takes the bank card", ({ terminal }) => terminal.removeCard())),
  fc.constant(new Happens("the bank approves", ({ terminal }) => terminal.approve())),
  fc.constant(new Happens("the bank declines", ({ terminal }) => terminal.decline())),
  fc.constant(new Happens("cancels at the terminal", ({ terminal }) => terminal.cancelAtTerminal())),
  fc.constant(new Happens("the terminal is pulled", ({ terminal }) => terminal.unplug())),
  fc.constant(new Happens("the terminal is plugged in", ({ terminal }) => terminal.plug())),
  fc
    .constantFrom(...FAULTS)
    .map(
      (fault) =>
        new Happens(
          `the next answer of the terminal: ${JSON.stringify(fault)}`,
          ({ terminal }) => void terminal.faults.failNext(fault),
        ),
    ),
  fc
    .constantFrom(...PRINTER)
    .map((action) => new Happens(`printer: ${action}`, async ({ printer }) => operate(printer, action))),
  fc
    .constantFrom("unplug", "plug")
    .map((action) => new Happens(`reader: ${action}`, async ({ reader }) => operate(reader, action))),
  fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => new Happens("the reader sends noise", ({ reader }) => reader.send(bytes))),
  fc.integer({ min: 2, max: 20 }).map(
    (times) =>
      new Happens(`a storm of ${times} plugs`, async (kiosk) => {
        for (let each = 0; each < times; each++) {
          kiosk.terminal.unplug();
          await operate(kiosk.printer, "openCover");
          await kiosk.passes(each % 3);
          kiosk.terminal.plug();
          await operate(kiosk.printer, "closeCover");
        }
      }),
  ),
  fc
    .constantFrom("mains", "battery")
    .map((source) => new Happens(`power: ${source}`, ({ ups }) => ups.says({ source }))),
];

const world = [
  fc.constantFrom(...QUERY_FAULTS).map(
    (queries) =>
      new Happens(`queries: ${queries}`, ({ gateway }) => {
        gateway.queries = queries;
      }),
  ),
  fc.constantFrom("ok", "error", "doubt-done", "doubt-absent").map(
    (submissions) =>
      new Happens(`submissions: ${submissions}`, ({ gateway }) => {
        gateway.submissions = submissions;
      }),
  ),
  fc.boolean().map(
    (reachable) =>
      new Happens(`gateway ${reachable ? "there" : "away"}`, ({ gateway }) => {
        gateway.reachable = reachable;
      }),
  ),
  fc.constantFrom(0, 50, 5_000, 30_000).map(
    (delay) =>
      new Happens(`the gateway takes ${delay} ms`, ({ gateway }) => {
        gateway.delay = delay;
      }),
  ),
  fc.constant(new Happens("nobody is seen any more", ({ session }) => session.away())),
  fc
    .integer({ min: -2, max: 2 })
    .map(
      (days) =>
        new Happens(`the wall clock jumps ${days} days`, ({ clock }) => clock.jump(days * 86_400_000 + days * 1_234)),
    ),
];

const time = [
  fc
    .constantFrom(1, 20, 100, 500, 1_500, 3_000)
    .map((milliseconds) => new Happens(`${milliseconds} ms pass`, (kiosk) => kiosk.passes(milliseconds))),
  fc
    .constantFrom(14_999, 20_000, 59_999, 60_000, 90_000)
    .map((milliseconds) => new Happens(`${milliseconds} ms pass`, (kiosk) => kiosk.passes(milliseconds))),
];

/** Where a citizen may have come to when things begin to happen; where money and paper move, most. */
export const PLACES: readonly ScreenKind[] = [
  "attract",
  "identify",
  "choose",
  "review",
  "pay",
  "pay",
  "deliver",
  "survey",
];

/** A citizen who gets on with it, so that sequences come far, among all that can happen. */
const ON: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(citizen[0] ?? fc.constant(new Happens("nothing", () => undefined))) },
  { weight: 3, arbitrary: fc.oneof(...time.slice(0, 1)) },
);

/** Everything that can happen to a kiosk, each a command. */
export const HAPPENINGS: fc.Arbitrary<Happening>[] = [
  ...Array.from({ length: 8 }, () => ON),
  ...[...citizen, ...devices, ...world, ...time].map((arbitrary) => arbitrary as fc.Arbitrary<Happening>),
  // The straight way, often enough that money moves.
  ...Array.from({ length: 3 }, () =>
    fc.constant<Happening>(
      new Happens(
        "shows the card",
        async (kiosk) =>
          void (await operate(kiosk.reader, "present-card", { run: "12345678-5", variant: "as-issued" })),
      ),
    ),
  ),
  ...Array.from({ length: 3 }, () =>
    fc.constant<Happening>(new Happens("puts a bank card in", ({ terminal }) => terminal.insertCard(CARD))),
  ),
];
