import { X509Certificate } from "node:crypto";
import type { Transaction } from "kysely";
import { issueCertificate } from "../../base/node/certificates.ts";
import type { FleetContext } from "../context.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Authority } from "./authority.ts";

const DAY = 24 * 60 * 60 * 1000;

export type IssuedCertificate = { readonly thumbprint: string; readonly pem: string };

/** Makes a kiosk's certificate over `publicKey` (SPKI, DER) and takes it into the table. */
export async function issueFor(
  context: FleetContext,
  authority: Authority,
  kiosk: string,
  publicKey: Uint8Array,
  within: Transaction<FleetDatabase>,
): Promise<IssuedCertificate> {
  const now = context.clock.now();
  const pem = await issueCertificate({
    ...{ issuer: authority, commonName: kiosk, publicKey, now },
    ...{ life: context.settings.certificateLife * DAY, purpose: { client: true } },
  });
  const certificate = new X509Certificate(pem);
  const thumbprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  await within
    .insertInto("certificate")
    .values({
      ...{ thumbprint, kiosk, pem, serial: certificate.serialNumber.toLowerCase() },
      ...{ issued_at: now, expires_at: certificate.validToDate.getTime(), revoked_at: null, reason: null },
    })
    .execute();
  return { thumbprint, pem };
}

/** A kiosk's certificates that are neither revoked nor expired, oldest first. */
export async function livingCertificates(context: FleetContext, kiosk: string, within: Transaction<FleetDatabase>) {
  return await within
    .selectFrom("certificate")
    .select(["thumbprint", "pem", "issued_at"])
    .where("kiosk", "=", kiosk)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", context.clock.now())
    .orderBy("issued_at")
    .execute();
}

/** Ends a kiosk's certificates, but `except`. */
export async function endCertificates(
  context: FleetContext,
  kiosk: string,
  reason: string,
  within: Transaction<FleetDatabase>,
  except = "",
): Promise<number> {
  const result = await within
    .updateTable("certificate")
    .set({ revoked_at: context.clock.now(), reason })
    .where("kiosk", "=", kiosk)
    .where("revoked_at", "is", null)
    .where("thumbprint", "<>", except)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Whether a certificate (PEM) is over this public key (SPKI, DER). */
export function isOver(pem: string, publicKey: Uint8Array): boolean {
  return new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" }).equals(publicKey);
}

/** Reasons that stand in the table for certificates that another one took the place of. */
export const SUPERSEDED = ["replaced", "renewed"];
