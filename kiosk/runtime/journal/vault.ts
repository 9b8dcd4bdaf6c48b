import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Json } from "../../../flows/engine/ports.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals personal data with a key of its journey (AES-256-GCM). To destroy the key is to destroy the data, wherever copies
 * of the ciphertext are. Keys live in the journal itself; `secure_delete` zeroes a deleted one and the checkpoint that
 * follows removes it from the write-ahead log.
 */
export class Vault {
  readonly #keys = new Map<string, Buffer>();
  readonly #select;
  readonly #insert;
  readonly #delete;

  constructor(database: Database) {
    this.#select = database.prepare<[string], Buffer>("SELECT key FROM keys WHERE journey = ?").pluck();
    this.#insert = database.prepare<[string, Buffer]>("INSERT INTO keys (journey, key) VALUES (?, ?)");
    this.#delete = database.prepare<[string]>("DELETE FROM keys WHERE journey = ?");
  }

  /** @param row what the ciphertext belongs to; it opens under the same name only. */
  seal(journey: string, row: string, value: Json): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key(journey) ?? this.#make(journey), nonce);
    cipher.setAAD(Buffer.from(row));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** `undefined` when the key is destroyed. @throws Error when the ciphertext was changed. */
  open(journey: string, row: string, sealed: Buffer): Json | undefined {
    const key = this.#key(journey);
    if (key === undefined) return undefined;
    const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
    cipher.setAAD(Buffer.from(row));
    cipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
    return JSON.parse(text.toString("utf8"));
  }

  /** `true` when there was a key: the write-ahead log then still holds it. */
  destroy(journey: string): boolean {
    this.#keys.get(journey)?.fill(0);
    this.#keys.delete(journey);
    return this.#delete.run(journey).changes > 0;
  }

  #key(journey: string): Buffer | undefined {
    const known = this.#keys.get(journey) ?? this.#select.get(journey);
    if (known !== undefined) this.#keys.set(journey, known);
    return known;
  }

  #make(journey: string): Buffer {
    const key = randomBytes(KEY_BYTES);
    this.#insert.run(journey, key);
    this.#keys.set(journey, key);
    return key;
  }
}
