import type { Clock } from "../../base/clock.ts";
import { type Attachment, MOST_ATTACHED_BYTES } from "../../base/contracts/attachment.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Store } from "../store/database.ts";

/** A submission: the kiosk and the key that it chose. */
type Claimant = { readonly kiosk: string; readonly key: string };

/**
 * Papers that citizens scanned, sealed, each for the kiosk that sent it. One that no submission names is destroyed after its time, one that
 * a submission names as soon as that has ended for good.
 */
export class Attachments {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #unclaimed: number;

  /** @param unclaimed bytes that one kiosk may have here of which no submission is known. */
  constructor(store: Store, clock: Clock, unclaimed: number) {
    this.#store = store;
    this.#clock = clock;
    this.#unclaimed = unclaimed;
  }

  /** Keeps it, durably. The same one again changes nothing. */
  keep(kiosk: string, sha256: string, content: Buffer): CodedError<"gateway.attachments-full"> | undefined {
    const { database, seal } = this.#store;
    const paper = this.#tag(sha256);
    return database
      .transaction(() => {
        if (this.#bytesOf(kiosk, paper) !== undefined) return undefined;
        if (this.#unclaimedOf(kiosk) + content.length > this.#unclaimed)
          return coded("gateway.attachments-full", kiosk);
        database
          .prepare("INSERT INTO attachments (kiosk, paper, bytes, at, content) VALUES (?, ?, ?, ?, ?)")
          .run(kiosk, paper, content.length, this.#clock.now(), seal.closeBytes(place(kiosk, paper), content));
        return undefined;
      })
      .immediate();
  }

  /** Makes them belong to a submission. Why it may not be sent, when they are not all here or too large together; then nothing has changed. */
  claim(
    { kiosk, key }: Claimant,
    attachments: readonly Attachment[],
  ): CodedError<"gateway.attachment-missing" | "gateway.attachments-too-large"> | undefined {
    const papers = attachments.map(({ sha256, bytes }) => ({ bytes, paper: this.#tag(sha256) }));
    const missing = papers.filter(({ paper, bytes }) => this.#bytesOf(kiosk, paper) !== bytes).length;
    if (missing > 0) return coded("gateway.attachment-missing", `${missing} of ${papers.length}`);
    const total = papers.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > MOST_ATTACHED_BYTES) return coded("gateway.attachments-too-large", `${total} bytes`);
    const claim = this.#store.database.prepare("UPDATE attachments SET claimed_by = ? WHERE kiosk = ? AND paper = ?");
    for (const { paper } of papers) claim.run(key, kiosk, paper);
    return undefined;
  }

  /** @throws Error when it is not here: whoever reads has claimed it. */
  read(kiosk: string, sha256: string): Buffer {
    const paper = this.#tag(sha256);
    const row = this.#store.database
      .prepare("SELECT content FROM attachments WHERE kiosk = ? AND paper = ?")
      .get(kiosk, paper) as { readonly content: Buffer } | undefined;
    if (row === undefined) throw new Error("an attachment was claimed and is not here");
    return this.#store.seal.openBytes(place(kiosk, paper), row.content);
  }

  /** The submission had no effect and may be sent again: they are nobody's until then. */
  release({ kiosk, key }: Claimant): void {
    this.#store.database
      .prepare("UPDATE attachments SET claimed_by = NULL WHERE kiosk = ? AND claimed_by = ?")
      .run(kiosk, key);
  }

  /** The submission has ended for good. */
  destroy({ kiosk, key }: Claimant): void {
    this.#store.database.prepare("DELETE FROM attachments WHERE kiosk = ? AND claimed_by = ?").run(kiosk, key);
  }

  #tag(sha256: string): string {
    return this.#store.seal.tag("attachment", sha256);
  }

  #bytesOf(kiosk: string, paper: string): number | undefined {
    const row = this.#store.database
      .prepare("SELECT bytes FROM attachments WHERE kiosk = ? AND paper = ?")
      .get(kiosk, paper) as { readonly bytes: number } | undefined;
    return row?.bytes;
  }

  #unclaimedOf(kiosk: string): number {
    const { sum } = this.#store.database
      .prepare("SELECT coalesce(sum(bytes), 0) AS sum FROM attachments WHERE kiosk = ? AND claimed_by IS NULL")
      .get(kiosk) as { readonly sum: number };
    return sum;
  }
}

function place(kiosk: string, paper: string): string {
  return `attachment ${kiosk} ${paper}`;
}
