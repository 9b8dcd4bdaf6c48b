import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { enrolmentAnswerSchema } from "../../base/contracts/fleet/identity.ts";
import { parseJson } from "../../base/json.ts";
import { replaceFile } from "../../base/node/replace-file.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** All that makes a kiosk's identity, in one file: a power cut leaves the one before or the one after. */
const identityFileSchema = z.strictObject({
  ...enrolmentAnswerSchema.shape,
  /** PKCS #8 PEM. */
  key: z.string(),
});
export type IdentityFile = z.infer<typeof identityFileSchema>;

const pathIn = (directory: string) => join(directory, "identity.json");

export function readIdentityFile(
  directory: string,
): Result<IdentityFile, CodedError<"identity.absent" | "identity.damaged">> {
  let text: string;
  try {
    text = readFileSync(pathIn(directory), "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return err(code === "ENOENT" ? coded("identity.absent") : coded("identity.damaged", code));
  }
  const file = identityFileSchema.safeParse(parseJson(text));
  if (!file.success)
    return err(coded("identity.damaged", `${pathIn(directory)}: ${file.error.issues[0]?.path.join(".") ?? "no JSON"}`));
  const fault = faultOf(file.data);
  return fault === undefined ? ok(file.data) : err(coded("identity.damaged", `${pathIn(directory)}: ${fault}`));
}

/** Durable when it returns. */
export function writeIdentityFile(directory: string, file: IdentityFile): void {
  replaceFile(pathIn(directory), JSON.stringify(file, undefined, 2), 0o600);
}

/** What is wrong with key, certificate and CA as they stand together; undefined when they fit. */
export function faultOf({ kiosk, key, certificate, ca }: Pick<IdentityFile, "kiosk" | "key" | "certificate" | "ca">) {
  try {
    const [own, issuer] = [new X509Certificate(certificate), new X509Certificate(ca)];
    if (!own.checkPrivateKey(createPrivateKey(key))) return "the certificate is for another key";
    if (own.subject !== `CN=${kiosk}`) return "the certificate is another kiosk's";
    if (!issuer.ca || !own.checkIssued(issuer) || !own.verify(issuer.publicKey))
      return "the certificate is not from the fleet's CA";
    return undefined;
  } catch {
    return "certificate or key cannot be read";
  }
}
