import { createHash, randomBytes } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const NAME_BYTES = 64;
const KEY_BYTES = 32;
const CHECK_BYTES = 32;
const SLOT_BYTES = NAME_BYTES + KEY_BYTES + CHECK_BYTES;
/** Made at once, so that taking a slot never changes the file's length. */
const FIRST_SLOTS = 64;

/**
 * The keys of journeys that are not settled, in slots of one small file that are overwritten in place. Outside the database on
 * purpose: its write-ahead log would keep copies of a deleted key until it happens to be overwritten.
 *
 * A slot is name, key and SHA-256 of both: one that a power cut tore does not count, and nothing was sealed with it yet.
 */
export class KeyFile {
  readonly #file: number;
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  #count: number;

  constructor(path: string) {
    this.#file = openOrMake(path);
    this.#count = Math.floor(fstatSync(this.#file).size / SLOT_BYTES);
    for (let slot = this.#count - 1; slot >= 0; slot--) {
      const name = nameIn(this.#read(slot));
      if (name === undefined) this.#free.push(slot);
      else this.#slots.set(name, slot);
    }
  }

  names(): string[] {
    return [...this.#slots.keys()];
  }

  get(name: string): Buffer | undefined {
    const slot = this.#slots.get(name);
    return slot === undefined ? undefined : this.#read(slot).subarray(NAME_BYTES, NAME_BYTES + KEY_BYTES);
  }

  /** A new random key, durable before this returns. */
  make(name: string): Buffer {
    if (Buffer.byteLength(name) > NAME_BYTES) throw new Error(`the key's name ${name} is too long`);
    const slot = this.#free.pop() ?? this.#count++;
    const key = randomBytes(KEY_BYTES);
    const body = Buffer.concat([Buffer.alloc(NAME_BYTES), key]);
    body.write(name);
    this.#write(slot, Buffer.concat([body, check(body)]));
    this.#slots.set(name, slot);
    return key;
  }

  /** Overwrites the key, durably. */
  destroy(name: string): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) return;
    this.#write(slot, Buffer.alloc(SLOT_BYTES));
    this.#slots.delete(name);
    this.#free.push(slot);
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(slot: number): Buffer {
    const bytes = Buffer.alloc(SLOT_BYTES);
    readSync(this.#file, bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
    return bytes;
  }

  #write(slot: number, bytes: Buffer): void {
    writeSync(this.#file, bytes, 0, SLOT_BYTES, slot * SLOT_BYTES);
    fdatasyncSync(this.#file);
  }
}

function openOrMake(path: string): number {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const file = openSync(path, "wx+", 0o600);
  writeSync(file, Buffer.alloc(FIRST_SLOTS * SLOT_BYTES));
  fsyncSync(file);
  const directory = openSync(dirname(path), "r");
  fsyncSync(directory);
  closeSync(directory);
  return file;
}

function nameIn(slot: Buffer): string | undefined {
  const body = slot.subarray(0, NAME_BYTES + KEY_BYTES);
  if (!check(body).equals(slot.subarray(NAME_BYTES + KEY_BYTES))) return undefined;
  return body.subarray(0, NAME_BYTES).toString("utf8").replace(/\0+$/, "");
}

function check(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest();
}
