import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CompactSign, calculateJwkThumbprint } from "jose";
import type { Logger } from "../../base/log.ts";
import { makeFile } from "../../base/node/replace-file.ts";

export type DirectorKey = {
  /** JWK with `kid`, its RFC 7638 thumbprint. */
  readonly publicKey: Readonly<Record<string, unknown>>;
  /** A compact JWS (EdDSA) over JSON. */
  sign(payload: unknown, type: string): Promise<string>;
};

/**
 * The key that desired states and commands are signed with: Ed25519, `director.key` in `directory`, made when it is missing.
 *
 * @throws Error when the file holds something else. It is not replaced: kiosks would refuse the new key's word.
 */
export async function openDirectorKey(directory: string, log: Logger): Promise<DirectorKey> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "director.key");
  const made = readKey(path) === undefined && makeFile(path, newKey(), 0o600);
  const key = readKey(path);
  if (key === undefined) throw new Error(`${path} was taken away while it was opened.`);
  const jwk = createPublicKey(key).export({ format: "jwk" });
  const kid = await calculateJwkThumbprint(jwk);
  if (made) log("identity.keys-made", { key: "director", fingerprint: kid });
  return {
    publicKey: { ...jwk, kid, alg: "EdDSA", use: "sig" },
    sign: (payload, type) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: "EdDSA", kid, typ: type })
        .sign(key),
  };
}

function newKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function readKey(path: string): KeyObject | undefined {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw new Error(`${path} cannot be read: bring the director's key back from its safe copy.`, { cause: error });
  }
  throw new Error(`${path} is no Ed25519 key: bring the director's key back from its safe copy.`);
}
