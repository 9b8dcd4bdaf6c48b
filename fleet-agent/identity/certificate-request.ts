import "../../base/node/reflect-metadata.ts";
import * as x509 from "@peculiar/x509";
import { importKeyPair, KEY_ALGORITHM } from "../../base/node/certificates.ts";

/** A certificate request (PKCS #10, PEM) signed by `key` (P-256, PKCS #8 PEM). The server says whose it becomes. */
export async function makeCertificateRequest(key: string): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ name: "CN=kiosk", keys: await importKeyPair(key), signingAlgorithm: KEY_ALGORITHM },
  });
  return `${request.toString("pem")}\n`;
}
