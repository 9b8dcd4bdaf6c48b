import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";

/** A short code without letters that are taken for one another; repeatable, so that tests need not know the order of events. */
export function codeOf(what: string): string {
  const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  const bytes = createHash("sha256").update(what).digest();
  return Array.from(bytes.subarray(0, 8), (byte) => alphabet[byte % alphabet.length]).join("");
}

type Turn = { readonly folio: string; readonly number: string; readonly preferential: boolean };

/** One queue of an office. Nobody in it is known by more than a number. */
export class OfficeQueue {
  readonly id: string;
  readonly name: string;
  readonly preferential: boolean;
  readonly #letter: string;
  /** Minutes that one person takes. */
  readonly #each: number;
  #last: number;
  #waiting: Turn[];
  #called: string | undefined;
  closed = false;

  constructor(id: string, name: string, letter: string, each: number, waiting: number, preferential = true) {
    this.id = id;
    this.name = name;
    this.preferential = preferential;
    this.#letter = letter;
    this.#each = each;
    this.#last = 40;
    this.#waiting = [];
    for (let each = 0; each < waiting; each++) this.take(false);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get called(): string | undefined {
    return this.#called;
  }

  minutes(ahead: number): number {
    return ahead * this.#each;
  }

  /** Who goes first stands behind those who do, and before all others. */
  take(preferential: boolean): Turn & { readonly ahead: number } {
    const number = `${this.#letter}-${String(++this.#last).padStart(3, "0")}`;
    const turn = { folio: codeOf(`turn ${number}`), number, preferential };
    const others = this.#waiting.findIndex((other) => !other.preferential);
    const place = preferential && others !== -1 ? others : this.#waiting.length;
    this.#waiting.splice(place, 0, turn);
    return { ...turn, ahead: place };
  }

  callNext(): void {
    this.#called = this.#waiting.shift()?.number ?? this.#called;
  }

  /** How many stand before the number; `undefined` when it was called. */
  ahead(number: string): number | undefined {
    const place = this.#waiting.findIndex((turn) => turn.number === number);
    return place === -1 ? undefined : place;
  }
}

export type Slot = { readonly slot: string; readonly date: string; readonly time: string; readonly place: string };

const TIMES = ["09:00", "09:30", "10:15", "11:00", "12:30"];
const DAY = 24 * 60 * 60 * 1000;

/** Hours on the next three working days, whatever was booked. */
export function slotsFrom(clock: Clock, place: string): Slot[] {
  const days: string[] = [];
  for (let at = clock.now() + DAY; days.length < 3; at += DAY) {
    const day = new Date(at);
    if (day.getUTCDay() % 6 !== 0) days.push(day.toISOString().slice(0, 10));
  }
  return days.flatMap((date) => TIMES.map((time) => ({ slot: `${date}-${time.replace(":", "")}`, date, time, place })));
}
