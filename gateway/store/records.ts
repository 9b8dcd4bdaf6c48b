import type { Clock } from "../../base/clock.ts";
import type { SubmissionInput } from "../../base/contracts/gateway.ts";
import type { Store } from "./database.ts";

type Origin = {
  readonly kiosk: string;
  readonly key: string;
  /** When it waited on the kiosk: `acceptedAt` is when it was given. */
  readonly origin?: { readonly acceptedAt: string } | undefined;
};

/** What must be provable or countable later: consents, accesses, survey grades, incidents. */
export class Records {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Who (sealed), when, how (which kiosk, identified how), which procedure, which data, and the answer. */
  consent(input: SubmissionInput<"consent.record">, { kiosk, key, origin }: Origin): void {
    const person = this.#store.seal.tag("person", input.run);
    this.#store.database
      .prepare("INSERT INTO consents (at, kiosk, key, person, consent) VALUES (?, ?, ?, ?, ?)")
      .run(given(origin, this.#clock), kiosk, key, person, this.#store.seal.close(`consent ${kiosk} ${key}`, input));
  }

  /** The consents of one person, oldest first: to prove one, or to tell the person. */
  consentsOf(run: string): readonly { readonly at: number; readonly kiosk: string; readonly consent: unknown }[] {
    const rows = this.#store.database
      .prepare("SELECT at, kiosk, key, consent FROM consents WHERE person = ? ORDER BY id")
      .all(this.#store.seal.tag("person", run)) as { at: number; kiosk: string; key: string; consent: Buffer }[];
    return rows.map(({ at, kiosk, key, consent }) => ({
      at,
      kiosk,
      consent: this.#store.seal.open(`consent ${kiosk} ${key}`, consent),
    }));
  }

  /** Who was let in (sealed), when, at which kiosk, and for what. */
  access(run: string, kiosk: string, about: string): void {
    const at = this.#clock.now();
    this.#store.database
      .prepare("INSERT INTO accesses (at, kiosk, person, access) VALUES (?, ?, ?, ?)")
      .run(
        at,
        kiosk,
        this.#store.seal.tag("person", run),
        this.#store.seal.close(`access ${kiosk} ${at}`, { run, about }),
      );
  }

  survey({ service, grade }: SubmissionInput<"survey.record">, { kiosk }: Origin): void {
    this.#store.database
      .prepare("INSERT INTO surveys (at, kiosk, service, grade) VALUES (?, ?, ?, ?)")
      .run(this.#clock.now(), kiosk, service, grade);
  }

  incident({ number, kind, amount, effects }: SubmissionInput<"incident.record">, { kiosk }: Origin): void {
    this.#store.database
      .prepare("INSERT INTO incidents (at, kiosk, number, kind, amount, effects) VALUES (?, ?, ?, ?, ?, ?)")
      .run(this.#clock.now(), kiosk, number, kind, amount ?? null, JSON.stringify(effects));
  }
}

/** A kiosk's clock may be wrong; it is never believed to be in the future. */
function given(origin: Origin["origin"], clock: Clock): number {
  const now = clock.now();
  return origin === undefined ? now : Math.min(now, Date.parse(origin.acceptedAt));
}
