import "../../base/node/reflect-metadata.ts";
import { createPublicKey } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/**
 * The public key (SPKI, DER) of a certificate request (PKCS #10, PEM) that the key's owner signed. Nothing else of it is used:
 * subject and attributes are what the machine says of itself.
 */
export async function readCertificateRequest(
  pem: string,
): Promise<Result<Uint8Array, CodedError<"identity.request-refused">>> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const spki = new Uint8Array(request.publicKey.rawData);
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
      return err(coded("identity.request-refused", "the key is not P-256"));
    if (!(await request.verify())) return err(coded("identity.request-refused", "its signature is wrong"));
    // As OpenSSL writes it: the same key always gives the same bytes.
    return ok(new Uint8Array(key.export({ type: "spki", format: "der" })));
  } catch {
    return err(coded("identity.request-refused", "it is no PKCS #10 request"));
  }
}
