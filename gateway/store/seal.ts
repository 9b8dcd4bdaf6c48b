import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const NONCE = 12;
const TAG = 16;

/**
 * Encrypts what the database holds about people, with a key that lies beside it: a copy or a backup of the database
 * alone tells nothing. Tags stand for values that must be found again without being readable.
 */
export class Seal {
  readonly #cipherKey: Buffer;
  readonly #tagKey: Buffer;

  constructor(key: Buffer) {
    this.#cipherKey = Buffer.from(hkdfSync("sha256", key, "", "ventanilla gateway seal", 32));
    this.#tagKey = Buffer.from(hkdfSync("sha256", key, "", "ventanilla gateway tag", 32));
  }

  /** The key in `path` (mode 0600), made when it is missing. @throws Error when the file holds no key. */
  static fromFile(path: string): Seal {
    if (!existsSync(path)) {
      writeFileSync(`${path}.new`, randomBytes(32).toString("base64"), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    const key = Buffer.from(readFileSync(path, "utf8"), "base64");
    if (key.length !== 32) throw new Error(`${path} holds no key of 32 bytes`);
    return new Seal(key);
  }

  /** @param place where the value stands; it can be opened only there. */
  close(place: string, value: unknown): Buffer {
    return this.closeBytes(place, Buffer.from(JSON.stringify(value), "utf8"));
  }

  closeBytes(place: string, bytes: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", this.#cipherKey, nonce).setAAD(Buffer.from(place));
    const sealed = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
  }

  /** @throws Error when the value was changed, moved or sealed with another key. */
  open(place: string, sealed: Buffer): unknown {
    return JSON.parse(this.openBytes(place, sealed).toString("utf8"));
  }

  /** @throws Error as `open`. */
  openBytes(place: string, sealed: Buffer): Buffer {
    const decipher = createDecipheriv("aes-256-gcm", this.#cipherKey, sealed.subarray(0, NONCE))
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
  }

  /** Keyed: a plain hash of a RUN is undone by trying all RUNs. */
  tag(kind: string, value: string): string {
    return createHmac("sha256", this.#tagKey).update(`${kind}\u0000${value}`).digest("base64url");
  }
}
