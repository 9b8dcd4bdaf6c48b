import "../../../base/node/reflect-metadata.ts";
import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { enrolmentRequestSchema } from "../../../base/contracts/fleet/identity.ts";
import { readinessReportSchema } from "../../../base/contracts/fleet/readiness.ts";
import { issueCertificate, makeCaCertificate, newPrivateKey, publicKeyOf } from "../../../base/node/certificates.ts";
import { isFresh, readSignature, verifySignature } from "../../../base/node/http-signatures.ts";
import { systemClock } from "../../../base/node/system-clock.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The device side of a fleet server, as far as a technician meets it: enrolment, desired state, readiness reports. */
export async function startFleet({ code, kiosk, place }: { code: string; kiosk: string; place: string }) {
  const now = systemClock.now();
  const key = await newPrivateKey();
  const issuer = { key, certificate: await makeCaCertificate({ name: "Test fleet CA", key, now, life: 365 * DAY }) };
  const serverKey = await newPrivateKey();
  const certificate = await issueCertificate({
    ...{ issuer, commonName: "server", publicKey: publicKeyOf(serverKey), now, life: DAY },
    purpose: { server: [{ type: "ip", value: "127.0.0.1" }] },
  });
  const director = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const kiosks = new Map<string, string>();
  const reports = new Map<string, unknown>();
  let unused = true;

  async function enrol(body: Buffer) {
    const request = enrolmentRequestSchema.parse(JSON.parse(body.toString()));
    const refused = { code: "identity.code-refused", message: "no", now: systemClock.now() };
    if (!unused || request.code !== code) return { status: 401, body: refused };
    unused = false;
    const publicKey = new Uint8Array(new Pkcs10CertificateRequest(request.csr).publicKey.rawData);
    const own = await issueCertificate({
      ...{ issuer, commonName: kiosk, publicKey, purpose: { client: true }, now, life: 90 * DAY },
    });
    kiosks.set(new X509Certificate(own).fingerprint256.replaceAll(":", "").toLowerCase(), own);
    const rest = { director: [{ ...director, kid: "d1" }], root: { signed: {} }, updates: "/updates/" };
    return { status: 200, body: { kiosk, place, certificate: own, ca: issuer.certificate, ...rest } };
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const body = await buffer(request);
    if (request.url === "/device/v1/enrolment") return await enrol(body);
    const signature = readSignature({
      ...{ method: request.method ?? "", target: request.url ?? "", authority: request.headers.host ?? "", body },
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()])),
    });
    const known = signature.ok ? kiosks.get(signature.value.keyid) : undefined;
    if (!signature.ok || known === undefined)
      return {
        status: 401,
        body: { code: "identity.certificate-unknown", message: "unknown", now: systemClock.now() },
      };
    if (!verifySignature(signature.value, createPublicKey(known)) || !isFresh(signature.value, systemClock.now()))
      return { status: 401, body: { code: "identity.signature-wrong", message: "wrong", now: systemClock.now() } };
    if (request.url !== "/device/v1/readiness") return { status: 200, body: {} };
    const report = readinessReportSchema.parse(JSON.parse(body.toString()));
    reports.set(report.id, report);
    return { status: 200, body: {} };
  }

  const server = createServer({ cert: `${certificate}${issuer.certificate}`, key: serverKey }, (request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fingerprint: new X509Certificate(issuer.certificate).fingerprint256,
    ca: issuer.certificate,
    reports,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
