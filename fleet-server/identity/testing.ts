import "../../base/node/reflect-metadata.ts";
import { createHash, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { importKeyPair, KEY_ALGORITHM } from "../../base/node/certificates.ts";
import { signRequest } from "../../base/node/http-signatures.ts";
import type { AuditEntry } from "../audit/interface.ts";
import type { BusMessage } from "../bus/interface.ts";
import type { FleetContext } from "../context.ts";
import { settingsSchema } from "../settings.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import type { DeviceRequest } from "./interface.ts";

export type TestContext = FleetContext & {
  readonly clock: SimulatedClock;
  readonly audited: AuditEntry[];
  readonly published: BusMessage[];
  close(): Promise<void>;
};

/** A context on an empty database in memory, whose bus tells at once and whose audit is a list. */
export async function makeContext(clock = new SimulatedClock()): Promise<TestContext> {
  const keys = join(mkdtempSync(join(tmpdir(), "keys-")), "keys");
  const { db, close } = await openDatabase({ url: undefined, directory: undefined });
  await migrate(db);
  const listeners = new Set<(message: BusMessage) => void>();
  const audited: AuditEntry[] = [];
  const published: BusMessage[] = [];
  return {
    settings: settingsSchema.parse({ stateDirectory: keys, console: {}, devices: {}, repository: keys, keys }),
    ...{ db, clock, audited, published, close, instance: "test", random: () => 0.5, log: silentLogger },
    bus: {
      publish: async (message) => {
        published.push(message);
        for (const listener of listeners) listener(message);
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close: async () => {},
    },
    audit: { append: async (entry) => void audited.push(entry) },
  };
}

/** A certificate request, PEM, for `key` (PKCS #8 PEM). */
export async function makeCsr(key: string): Promise<string> {
  const keys = await importKeyPair(key);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ name: "CN=whatever", keys, signingAlgorithm: KEY_ALGORITHM },
  });
  return request.toString("pem");
}

export function thumbprintOf(certificate: string): string {
  return createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");
}

/** A signed request of a kiosk, as the listener gives it. */
export function signedRequest(
  certificate: string,
  key: KeyObject,
  now: number,
  clientCertificate?: string,
): DeviceRequest {
  const message = { method: "POST", url: new URL("https://fleet.example/device/v1/report") };
  const body = new TextEncoder().encode("{}");
  const contentType = "application/json";
  const keyid = thumbprintOf(certificate);
  const nonce = randomBytes(16).toString("base64url");
  const headers = signRequest({ ...message, body, contentType }, { key, keyid }, Math.floor(now / 1_000), nonce);
  return {
    ...{ method: message.method, target: message.url.pathname, authority: message.url.host, body, clientCertificate },
    headers: { ...headers, "content-type": contentType },
  };
}
