import type { Clock } from "../../base/clock.ts";
import { plainCode } from "../../base/contracts/hand-off-code.ts";
import type { Store } from "../store/database.ts";
import { newCode } from "./codes.ts";

export type LinkState = "waiting" | "used" | "expired" | "absent";

/** What waits to be taken elsewhere, by a code: one use, short life, sealed at rest; the code itself is not stored. */
export class Links<T> {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #kind: string;

  /** @param kind of what waits: the code of one kind opens nothing of another. */
  constructor(store: Store, clock: Clock, kind: string) {
    this.#store = store;
    this.#clock = clock;
    this.#kind = kind;
  }

  /** @param life milliseconds until the link ends by itself. */
  create(document: T, life: number): { readonly code: string; readonly expiresAt: number } {
    const code = newCode();
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

  /**
   * The document, once; its content is deleted in the same step.
   *
   * @param wanted what the caller may take; anything else stays, as if there were nothing.
   */
  open(code: string, wanted: (document: T) => boolean = () => true): T | Exclude<LinkState, "waiting"> {
    const tag = this.#tag(code);
    return this.#store.database
      .transaction((): T | Exclude<LinkState, "waiting"> => {
        const state = this.look(code);
        const sealed = this.#find(tag)?.document;
        if (state !== "waiting") return state;
        if (sealed === undefined || sealed === null) return "used";
        const document = this.#store.seal.open(`link ${tag}`, sealed) as T;
        if (!wanted(document)) return "absent";
        this.#store.database.prepare("UPDATE links SET document = NULL WHERE code = ?").run(tag);
        return document;
      })
      .immediate();
  }

  #find(tag: string): { readonly document: Buffer | null; readonly expires_at: number } | undefined {
    return this.#store.database.prepare("SELECT document, expires_at FROM links WHERE code = ?").get(tag) as
      | { document: Buffer | null; expires_at: number }
      | undefined;
  }

  #tag(code: string): string {
    return this.#store.seal.tag(this.#kind, plainCode(code));
  }
}
