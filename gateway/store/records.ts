import type { Clock } from "../../base/clock.ts";
import type { SubmissionInput } from "../../base/contracts/gateway.ts";
import type { Store } from "./database.ts";

type Origin = { readonly kiosk: string; readonly key: string };

/** What must be provable or countable later: consents, survey grades, incidents. */
export class Records {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Who (sealed), when, how (which kiosk, identified how), which procedure, which data, and the answer. */
  consent(input: SubmissionInput<"consent.record">, { kiosk, key }: Origin): void {
    const person = this.#store.seal.tag("person", input.run);
    this.#store.database
      .prepare("INSERT INTO consents (at, kiosk, key, person, consent) VALUES (?, ?, ?, ?, ?)")
      .run(this.#clock.now(), kiosk, key, person, this.#store.seal.close(`consent ${kiosk} ${key}`, input));
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
