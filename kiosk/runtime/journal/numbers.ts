import type { Database } from "better-sqlite3";

/** Shortest field that any supported terminal keeps whole (POS Integrado). */
export const SHORTEST_TICKET = 6;
const LARGEST = 36 ** SHORTEST_TICKET - 1;
const TICKETS_BEGIN = Date.UTC(2026, 0, 1);

/** Durable counters: a number that was given out is never given out again, also not after a crash. */
export class Numbers {
  readonly #kiosk: string;
  readonly #advance;

  constructor(database: Database, kiosk: string) {
    this.#kiosk = kiosk;
    this.#advance = database
      .prepare<[string, number, number], number>(
        `INSERT INTO counters (name, value) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET value = MAX(value + 1, ?) RETURNING value`,
      )
      .pluck();
  }

  /**
   * A ticket of six to `maxLength` characters, A-Z and 0-9. It ends in six base-36 digits that count up and are never
   * below the seconds since 2026, so that a kiosk whose journal was lost does not start again with tickets that its
   * terminal has seen. Longer tickets begin with the kiosk's name.
   */
  ticket(maxLength: number, now: number): string {
    if (maxLength < SHORTEST_TICKET)
      throw new Error(`a ticket needs ${SHORTEST_TICKET} characters, the terminal keeps ${maxLength}`);
    const seconds = Math.floor((now - TICKETS_BEGIN) / 1000);
    const floor = seconds > 0 && seconds < LARGEST / 2 ? seconds : 1;
    const value = this.#next("ticket", floor);
    if (value > LARGEST) throw new Error("the ticket counter is exhausted");
    const digits = value.toString(36).toUpperCase().padStart(SHORTEST_TICKET, "0");
    const name = this.#kiosk.replace(/[^a-z0-9]/gi, "").toUpperCase();
    return name.slice(-Math.min(name.length, maxLength - SHORTEST_TICKET) || name.length) + digits;
  }

  /** A number that a person can read aloud, e.g. `V-demo-1-000123-K`; the last letter checks the others. */
  incident(): string {
    return this.#readable("V", "incident");
  }

  /** Of what waits in the outbox, e.g. `S-demo-1-000123-K`. */
  waiting(): string {
    return this.#readable("S", "waiting");
  }

  #readable(letter: string, counter: string): string {
    const body = `${letter}-${this.#kiosk}-${String(this.#next(counter, 1)).padStart(6, "0")}`;
    return `${body}-${checkLetter(body)}`;
  }

  #next(name: string, floor: number): number {
    const value = this.#advance.get(name, floor, floor);
    if (value === undefined) throw new Error(`the counter ${name} gave no value`);
    return value;
  }
}

/** Without the letters that are mistaken for digits; a prime number of them, so that swapped characters are noticed. */
const CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY";

/** The letter that makes a mistyped or swapped character in an incident number visible. Case does not count. */
export function checkLetter(body: string): string {
  let sum = 0;
  for (const [index, character] of [...body.toUpperCase()].entries()) {
    sum += character.charCodeAt(0) * ((index % (CHECK_LETTERS.length - 1)) + 1);
  }
  return CHECK_LETTERS.charAt(sum % CHECK_LETTERS.length);
}
