import { SIGNATURE } from "../contracts/fleet/identity.ts";

/** Seconds of signatures that are forgotten together. */
const SLICE = 30;
const CAPACITY = 1_000_000;

/**
 * Remembers each signature's nonce until the signature is too old to be accepted, so that nobody can play a request back.
 *
 * Bounded: above `capacity` the nonces that would be forgotten first are forgotten at once. Only who holds a kiosk's key can add
 * one, so a stranger cannot make room.
 */
export class NonceCache {
  /** By the slice of time in which they may be forgotten. */
  readonly #slices = new Map<number, Set<string>>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Takes note of a verified signature.
   *
   * @param now milliseconds since the Unix epoch.
   * @returns false when its nonce was there already.
   */
  add(signature: { readonly keyid: string; readonly nonce: string; readonly created: number }, now: number): boolean {
    this.#forget(now);
    const slice = Math.floor((signature.created + SIGNATURE.skew) / SLICE) + 1;
    const entry = `${signature.keyid.slice(0, 16)}${signature.nonce}`;
    const entries = this.#slices.get(slice) ?? new Set();
    if (entries.has(entry)) return false;
    if (this.#size >= this.#capacity) this.#dropEarliest();
    this.#slices.set(slice, entries.add(entry));
    this.#size++;
    return true;
  }

  #forget(now: number): void {
    const current = Math.floor(now / 1_000 / SLICE);
    for (const slice of this.#slices.keys()) if (slice < current) this.#drop(slice);
  }

  #dropEarliest(): void {
    this.#drop(Math.min(...this.#slices.keys()));
  }

  #drop(slice: number): void {
    this.#size -= this.#slices.get(slice)?.size ?? 0;
    this.#slices.delete(slice);
  }
}
