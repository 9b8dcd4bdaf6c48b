import { createHash } from "node:crypto";
import {
  type Attachment,
  MOST_ATTACHED_BYTES,
  MOST_ATTACHMENT_BYTES,
  MOST_ATTACHMENTS,
} from "../../base/contracts/attachment.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";

/** By the picture's hash. */
type Pictures = Map<string, Buffer>;

/**
 * The pages that citizens scanned. They lie here and nowhere else on the kiosk: no disk, no journal, no log. A journey's are overwritten
 * with zeros when it has ended and nothing of it is under way any more; a process that ends takes them with it.
 */
export class Papers {
  readonly #pictures = new Map<string, Pictures>();
  #current: string | undefined;

  /** There is one citizen before a kiosk: whose journey was not ended, has ended now. */
  beginJourney(journey: string): void {
    this.#current = journey;
    this.#pictures.set(journey, new Map());
  }

  /** Keeps a copy of a page. More than one submission may name ends in `document-scanner.full`. */
  keep(journey: string, picture: Uint8Array): Outcome<Attachment> {
    const pictures = this.#pictures.get(journey);
    if (pictures === undefined || journey !== this.#current)
      return failed(coded("common.cancelled", "the session is over"));
    const sha256 = createHash("sha256").update(picture).digest("hex");
    const page = { sha256, bytes: picture.length };
    if (pictures.has(sha256)) return done(page);
    const bytes = [...pictures.values()].reduce((sum, { length }) => sum + length, picture.length);
    if (pictures.size === MOST_ATTACHMENTS || picture.length > MOST_ATTACHMENT_BYTES || bytes > MOST_ATTACHED_BYTES)
      return failed(coded("document-scanner.full", `${pictures.size} pages, ${bytes} bytes`));
    pictures.set(sha256, Buffer.from(picture));
    return done(page);
  }

  /** Overwrites what the citizen has taken out again. @param held the hashes of all others. */
  keepOnly(journey: string, held: readonly string[]): void {
    const pictures = this.#pictures.get(journey);
    for (const [sha256, picture] of pictures ?? [])
      if (!held.includes(sha256)) {
        picture.fill(0);
        pictures?.delete(sha256);
      }
  }

  /** A page that this journey scanned, for as long as something of the journey is under way. */
  find(journey: string, sha256: string): Uint8Array | undefined {
    return this.#pictures.get(journey)?.get(sha256);
  }

  /** A page of the citizen who stands there now, for the screen. */
  shown(sha256: string): Uint8Array | undefined {
    return this.#current === undefined ? undefined : this.find(this.#current, sha256);
  }

  /** The citizen has left: nothing is shown any more, and nothing more is kept. */
  endJourney(journey: string): void {
    if (this.#current === journey) this.#current = undefined;
  }

  /** Overwrites what a journey scanned. */
  destroy(journey: string): void {
    this.endJourney(journey);
    for (const picture of this.#pictures.get(journey)?.values() ?? []) picture.fill(0);
    this.#pictures.delete(journey);
  }

  destroyAll(): void {
    for (const journey of [...this.#pictures.keys()]) this.destroy(journey);
  }
}
