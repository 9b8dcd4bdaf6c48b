import { randomInt } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Store } from "../store/database.ts";
import type { PhoneDocument } from "./documents.ts";

/** Without 0 O, 1 I L: people read it from paper and type it. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH = 8;

export type LinkState = "waiting" | "used" | "expired" | "absent";

/** Documents that wait for a phone: one use, short life, sealed at rest; the code itself is not stored. */
export class Links {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @param life milliseconds until the link ends by itself. */
  create(document: PhoneDocument, life: number): { readonly code: string; readonly expiresAt: number } {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
    const expiresAt = this.#clock.now() + life;
    const tag = this.#tag(code);
    this.#store.database
      .prepare("INSERT INTO links (code, document, expires_at) VALUES (?, ?, ?)")
      .run(tag, this.#store.seal.close(`link ${tag}`, document), expiresAt);
    return { code, expiresAt };
  }

  /** Whether the document can be opened; has no effect, so that a phone's preview of the link does not use it up. */
  look(code: string): LinkState {
    const row = this.#find(this.#tag(code));
    if (row === undefined) return "absent";
    if (row.expires_at <= this.#clock.now()) return "expired";
    return row.document === null ? "used" : "waiting";
  }

  /** The document, once; its content is deleted in the same step. */
  open(code: string): PhoneDocument | Exclude<LinkState, "waiting"> {
    const tag = this.#tag(code);
    return this.#store.database
      .transaction((): PhoneDocument | Exclude<LinkState, "waiting"> => {
        const state = this.look(code);
        const sealed = this.#find(tag)?.document;
        if (state !== "waiting") return state;
        if (sealed === undefined || sealed === null) return "used";
        this.#store.database.prepare("UPDATE links SET document = NULL WHERE code = ?").run(tag);
        return this.#store.seal.open(`link ${tag}`, sealed) as PhoneDocument;
      })
      .immediate();
  }

  #find(tag: string): { readonly document: Buffer | null; readonly expires_at: number } | undefined {
    return this.#store.database.prepare("SELECT document, expires_at FROM links WHERE code = ?").get(tag) as
      | { document: Buffer | null; expires_at: number }
      | undefined;
  }

  #tag(code: string): string {
    return this.#store.seal.tag("link", code.toUpperCase().replace(/[\s-]/g, ""));
  }
}
