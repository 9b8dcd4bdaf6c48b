import { Died, type Kiosk, type World } from "./world.ts";

/** One citizen's request with what they were told, for the account at the end. */
type Told = { readonly message: string; readonly how: "received" | "waiting"; readonly number: string };

const { signal } = new AbortController();

/** Citizens who leave requests at a kiosk that dies, restarts, and loses and finds its network; and what each was told. */
export class Venue {
  readonly told: Told[] = [];
  kiosk: Kiosk;
  readonly world: World;
  #visitors = 0;

  constructor(world: World) {
    this.world = world;
    this.kiosk = this.#boot();
  }

  #boot(): Kiosk {
    const kiosk = this.world.boot();
    kiosk.settlement.reconcile();
    kiosk.outbox.start();
    return kiosk;
  }

  /** The power goes and comes back. */
  async restart(): Promise<void> {
    this.kiosk.kill();
    await this.kiosk.outbox.stop();
    // Journeys of this world are named by the time and a number that begins with each boot.
    await this.world.clock.advance(1);
    this.kiosk = this.#boot();
    await this.world.clock.advance(0);
  }

  goOnLine(reachable: boolean): void {
    this.world.gateway.reachable = reachable;
    this.world.gatewayReachable.set(reachable);
  }

  /** A citizen consents and leaves a request. What they are told is what the account is held against; who is told nothing is not in it. */
  async visit(): Promise<void> {
    const message = `visitor ${++this.#visitors}`;
    const { kiosk } = this;
    const served = this.#serve(kiosk, message).catch((error: unknown) => {
      if (!(error instanceof Died || kiosk.dead)) throw error;
    });
    let over = false;
    void served.then(() => {
      over = true;
    });
    for (let seconds = 0; seconds < 60 && !over && !this.kiosk.dead; seconds++) await this.world.clock.advance(1_000);
    if (this.kiosk.dead) await this.restart();
    else await served;
  }

  async #serve(kiosk: Kiosk, message: string): Promise<void> {
    const { ports } = kiosk.openJourney();
    const person = { run: "12345678-5" };
    const consent = { ...person, purpose: message, data: ["phone"], given: true };
    await ports.submit({ effect: "consent-1", operation: "consent.record", input: consent, mayWait: true }, { signal });
    const input = { ...person, topic: "otro", phone: "+56912345678", message };
    const operation = "chileatiende.contact-request";
    const end = await ports.submit({ effect: "request-1", operation, input, mayWait: true }, { signal });
    if (end.outcome === "ok") {
      const value = end.value as { waiting?: boolean; reference?: string; folio?: string };
      const how = value.waiting === true ? "waiting" : "received";
      this.told.push({ message, how, number: value.reference ?? value.folio ?? "" });
    }
    await ports.settle(end.outcome === "ok" ? "waiting" : "nothing-done");
  }

  /** Everything is well from now on; lets time pass until nothing waits any more. */
  async recover(): Promise<void> {
    this.world.gateway.onDelivery = () => "take";
    this.goOnLine(true);
    for (let minute = 0; minute < 60 && this.waiting > 0; minute++) await this.world.clock.advance(60_000);
  }

  get waiting(): number {
    return this.kiosk.outbox.status.value.waiting;
  }

  /** The messages that the institution has carried out, in the order in which it did; one that it did twice stands there twice. */
  carriedOut(operation: "chileatiende.contact-request" | "consent.record" = "chileatiende.contact-request"): string[] {
    return [...this.world.gateway.received.values()].flatMap((entry) =>
      entry.operation === operation
        ? [String(Reflect.get(Object(entry.input), operation === "consent.record" ? "purpose" : "message"))]
        : [],
    );
  }
}
