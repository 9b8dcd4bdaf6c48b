import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { Mutex } from "../../base/mutex.ts";

/** RFC 7914; 32 MiB for each password that is tried. */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FORM = /^(once:)?scrypt:([\w-]+):([\w-]+)$/;

/** One password is tried at a time, so that a flood of sign-ins does not take the machine's memory. */
const trying = new Mutex();

/** What is kept of a password. `once`: it must be changed when it is used. */
export async function keepPassword(password: string, once: boolean): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await trying.withLock(() => derive(password, salt));
  return `${once ? "once:" : ""}scrypt:${salt.toString("base64url")}:${key.toString("base64url")}`;
}

export function isOneTime(kept: string): boolean {
  return kept.startsWith("once:");
}

/** Whether `password` is the one that was kept; takes as long when there is none. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const [, , salt = "", hash = ""] = FORM.exec(kept ?? "") ?? [];
  const key = await trying.withLock(() => derive(password, Buffer.from(salt, "base64url")));
  const expected = Buffer.from(hash, "base64url");
  return expected.length === KEY_BYTES && timingSafeEqual(key, expected);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same letters typed on another keyboard may come as other code points.
  scrypt(password.normalize("NFKC"), salt, KEY_BYTES, COST, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return promise;
}
