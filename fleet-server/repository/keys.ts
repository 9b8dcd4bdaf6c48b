import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { canonicalize } from "@tufjs/canonical-json";
import { Key, Signature } from "@tufjs/models";
import { syncDirectory, writeDurably } from "../../base/node/durable-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { RoleDocument } from "./documents.ts";
import type { AnyMetadata } from "./metadata-files.ts";

export type SigningKey = {
  /** The public part, as metadata hold it. */
  readonly key: Key;
  readonly file: string;
  sign(data: Uint8Array): Signature;
};

/** Keys of a role that was rotated; kept, since a restore may need to know them. */
const RETIRED = "retired";

/** Makes an Ed25519 key for `role` in `directory` (PEM, PKCS #8, mode 0600). */
export async function makeKey(directory: string, role: string): Promise<SigningKey> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const made = signingKey(pem, "");
  const file = join(directory, `${role}.${made.key.keyID.slice(0, 8)}.pem`);
  await writeDurably(file, pem, 0o600);
  return signingKey(pem, file);
}

/** The keys in `directory` that are named for `role`. */
export async function readKeys(directory: string, role: string): Promise<SigningKey[]> {
  const names = await readdir(directory).catch(() => []);
  const files = names.filter((name) => name.startsWith(`${role}.`) && name.endsWith(".pem")).sort();
  return Promise.all(
    files.map(async (name) => signingKey(await readFile(join(directory, name), "utf8"), join(directory, name))),
  );
}

/** Puts a key aside, so that it signs no more. */
export async function retireKey({ file }: SigningKey, directory: string): Promise<void> {
  await mkdir(join(directory, RETIRED), { recursive: true, mode: 0o700 });
  await rename(file, join(directory, RETIRED, file.slice(directory.length + 1)));
  await syncDirectory(directory);
}

/** Signs with those of `keys` that `rule` names; enough of them must be there. */
export function signWith(
  metadata: AnyMetadata,
  keys: readonly SigningKey[],
  role: string,
  rule: RoleDocument | undefined,
): Result<void, CodedError> {
  const { keyids, threshold } = rule ?? { keyids: [], threshold: 1 };
  const allowed = keys.filter(({ key }) => keyids.includes(key.keyID));
  if (allowed.length < threshold)
    return err(coded("update.key", `${role} must be signed by ${threshold} of its keys, ${allowed.length} are here`));
  for (const key of allowed) metadata.sign((data) => key.sign(data));
  return ok();
}

/** @throws Error when `pem` is no Ed25519 private key. */
function signingKey(pem: string, file: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (privateKey.asymmetricKeyType !== "ed25519" || typeof x !== "string") throw new Error(`${file}: no Ed25519 key`);
  const keyVal = { public: Buffer.from(x, "base64url").toString("hex") };
  const fields = { keyType: "ed25519", scheme: "ed25519", keyVal };
  const keyID = createHash("sha256")
    .update(canonicalize(new Key({ keyID: "", ...fields }).toJSON()))
    .digest("hex");
  return {
    key: new Key({ keyID, ...fields }),
    file,
    sign: (data) => new Signature({ keyID, sig: sign(null, data, privateKey).toString("hex") }),
  };
}
