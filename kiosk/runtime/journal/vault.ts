import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Json } from "../../../flows/engine/ports.ts";
import { KeyFile } from "./key-file.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals personal data with a key of its journey (AES-256-GCM). To destroy the key is to destroy the data, wherever copies of
 * the ciphertext are: in the database, in its write-ahead log, in a backup.
 */
export class Vault {
  readonly #file: KeyFile | undefined;

  /** @param path file of the keys; without one nothing can be sealed. */
  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : new KeyFile(path);
  }

  /** Journeys that have a key. */
  names(): string[] {
    return this.#file?.names() ?? [];
  }

  /** @param row what the ciphertext belongs to; it opens under the same name only. */
  seal(journey: string, row: string, value: Json): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const file = this.#file;
    if (file === undefined) throw new Error("there is no file for keys");
    const cipher = createCipheriv("aes-256-gcm", file.get(journey) ?? file.make(journey), nonce);
    cipher.setAAD(Buffer.from(row));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** `undefined` when the key is destroyed. @throws Error when the ciphertext was changed. */
  open(journey: string, row: string, sealed: Buffer): Json | undefined {
    const key = this.#file?.get(journey);
    if (key === undefined) return undefined;
    const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
    cipher.setAAD(Buffer.from(row));
    cipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
    return JSON.parse(text.toString("utf8"));
  }

  destroy(journey: string): void {
    this.#file?.destroy(journey);
  }

  /** Destroys the keys of all journeys but these: a power cut may have come between a settling and its key's end. */
  keepOnly(journeys: ReadonlySet<string>): void {
    for (const journey of this.names()) if (!journeys.has(journey)) this.destroy(journey);
  }

  close(): void {
    this.#file?.close();
  }
}
