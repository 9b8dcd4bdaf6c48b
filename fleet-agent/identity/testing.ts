import "../../base/node/reflect-metadata.ts";
import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { enrolmentRequestSchema } from "../../base/contracts/fleet/identity.ts";
import { issueCertificate, makeCaCertificate, newPrivateKey, publicKeyOf } from "../../base/node/certificates.ts";

const DAY = 24 * 60 * 60 * 1000;

/** A fleet server of which only the enrolment stands, with a CA and a director of its own. */
export type FakeServer = {
  readonly url: string;
  readonly ca: string;
  readonly fingerprint: string;
  readonly directorKey: KeyObject;
  readonly requests: string[];
  /** What is answered instead of an enrolment; `cut` lets the request be carried out and loses the answer. */
  instead: "cut" | { readonly status: number; readonly body: string } | undefined;
  /** Certificates are made as if it were then, milliseconds since the Unix epoch. */
  issue(csr: string, kiosk: string, now: number): Promise<string>;
  close(): Promise<void>;
};

export async function startFakeServer(now: number): Promise<FakeServer> {
  const issuer = await makeAuthority(now);
  const tls = await makeServerPair(issuer, now);
  const director = generateKeyPairSync("ed25519");
  const server = createServer({ cert: `${tls.certificate}${issuer.certificate}`, key: tls.key });
  const fake: FakeServer = {
    ...{ url: "", ca: issuer.certificate, fingerprint: new X509Certificate(issuer.certificate).fingerprint256 },
    ...{ directorKey: director.privateKey, requests: [], instead: undefined },
    issue: async (csr, kiosk, at) => {
      const publicKey = new Uint8Array(new Pkcs10CertificateRequest(csr).publicKey.rawData);
      const purpose = { client: true } as const;
      return await issueCertificate({ issuer, commonName: kiosk, publicKey, purpose, now: at, life: 90 * DAY });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("request", (request, response) => {
    void text(request).then(async (body) => {
      fake.requests.push(body);
      const { csr } = enrolmentRequestSchema.parse(JSON.parse(body));
      if (fake.instead === "cut") return void request.socket.destroy();
      if (fake.instead !== undefined) return void response.writeHead(fake.instead.status).end(fake.instead.body);
      const answer = {
        ...{ kiosk: "kiosk-1", place: "Oficina", certificate: await fake.issue(csr, "kiosk-1", now) },
        ...{ ca: issuer.certificate, root: { signed: {} }, updates: "/updates/" },
        director: [{ ...director.publicKey.export({ format: "jwk" }), kid: "d1" }],
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(fake, { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function makeAuthority(now: number) {
  const key = await newPrivateKey();
  return { key, certificate: await makeCaCertificate({ name: "Fake fleet CA", key, now, life: 365 * DAY }) };
}

async function makeServerPair(issuer: { readonly key: string; readonly certificate: string }, now: number) {
  const key = await newPrivateKey();
  const certificate = await issueCertificate({
    ...{ issuer, commonName: "server", publicKey: publicKeyOf(key), now, life: 30 * DAY },
    purpose: { server: [{ type: "ip", value: "127.0.0.1" }] },
  });
  return { key, certificate };
}
