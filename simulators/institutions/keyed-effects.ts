import { createHash } from "node:crypto";

type Kept<T> = { readonly body: string; readonly effect: T };

/** What took effect, by the caller's idempotency key: the same key and body again is the same effect. */
export class KeyedEffects<T> {
  readonly #kept = new Map<string, Kept<T>>();

  /** `conflict` when the key was used for another body; otherwise the effect, made now or before. */
  once(key: string, body: unknown, make: () => T): { readonly effect: T; readonly repeated: boolean } | "conflict" {
    const text = JSON.stringify(body);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.body === text ? { effect: kept.effect, repeated: true } : "conflict";
    const effect = make();
    this.#kept.set(key, { body: text, effect });
    return { effect, repeated: false };
  }

  byKey(key: string): T | undefined {
    return this.#kept.get(key)?.effect;
  }

  /** Every effect with the key that it was made under. */
  get entries(): readonly (readonly [key: string, effect: T])[] {
    return [...this.#kept].map(([key, { effect }]) => [key, effect]);
  }

  get all(): readonly T[] {
    return [...this.#kept.values()].map(({ effect }) => effect);
  }
}

/** A verification code for a folio: repeatable, so that tests need not know the order of events. */
export function verificationCodeOf(folio: string): string {
  return createHash("sha256").update(`verification ${folio}`).digest("hex").slice(0, 10).toUpperCase();
}
