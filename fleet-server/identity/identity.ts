import type { Transaction } from "kysely";
import { renewalRequestSchema } from "../../base/contracts/fleet/identity.ts";
import { isFresh, type RequestSignature, readSignature, verifySignature } from "../../base/node/http-signatures.ts";
import { NonceCache } from "../../base/node/nonce-cache.ts";
import type { Unsubscribe } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FleetContext } from "../context.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Authority } from "./authority.ts";
import { readCertificateRequest } from "./certificate-request.ts";
import { cancelEnrolment, enrolMachine, makeEnrolment } from "./enrolment.ts";
import type { DeviceIdentity, DeviceRequest, Identity } from "./interface.ts";
import { endCertificates, isOver, issueFor, livingCertificates, SUPERSEDED } from "./issue.ts";
import { type KnownCertificate, KnownCertificates } from "./known-certificates.ts";
import { Refusals } from "./refusals.ts";
import { makeRevocationList } from "./revocation-list.ts";

type Memory = { readonly known: KnownCertificates; readonly nonces: NonceCache; readonly refusals: Refusals };

/**
 * The kiosks' identities. It bounds no attempts: the listener must limit unsigned requests by address and in all (a code has 60
 * bits, so that guessing is hopeless in any case).
 *
 * Nonces are remembered by instance: a request played back to another one within the skew is let through, and harmless, since
 * every report and command outcome counts once.
 */
export function createIdentity(context: FleetContext, authority: Authority): Identity & { close: Unsubscribe } {
  const known = new KnownCertificates(context.db, context.clock);
  const refusals = new Refusals(context);
  const memory = { known, refusals, nonces: new NonceCache() };
  const close = context.bus.subscribe((message) => {
    if (message.topic === "revoked") known.forget(message.kiosk);
  });
  return {
    ca: authority.certificate,
    caFingerprint: authority.fingerprint,
    refusals: refusals.counts,
    authenticate: (request) => authenticate(context, memory, request),
    newCode: (enrolment, within) => makeEnrolment(context, enrolment, within),
    cancelCode: (enrolment, by, within) => cancelEnrolment(context, enrolment, by, within),
    enrol: (request) => enrolMachine(context, authority, request),
    renew: (identity, request) => renew(context, authority, identity, request),
    revoke: (kiosk, reason, by, within) => {
      known.doubt(kiosk);
      return revoke(context, kiosk, reason, by, within);
    },
    revocationList: () => listRevoked(context, authority),
    close,
  };
}

async function authenticate(
  context: FleetContext,
  { known, nonces, refusals }: Memory,
  request: DeviceRequest,
): Promise<Result<DeviceIdentity, CodedError>> {
  const signature = readSignature(request);
  const certificate = signature.ok ? await known.get(signature.value.keyid) : undefined;
  const signed = signature.ok ? checkSignature(signature.value, certificate) : signature;
  if (!signed.ok) {
    refusals.count(signed.error.code);
    return signed;
  }
  const { kiosk } = signed.value.certificate;
  const thumbprint = signed.value.signature.keyid;
  const fault = faultOf(context, nonces, signed.value, request.clientCertificate);
  if (fault === undefined) return ok({ kiosk, thumbprint, mutualTls: request.clientCertificate !== undefined });
  refusals.count(fault);
  await refusals.note(kiosk, thumbprint, fault);
  return err(coded(fault));
}

type Signed = { readonly signature: RequestSignature; readonly certificate: KnownCertificate };

function checkSignature(
  signature: RequestSignature,
  certificate: KnownCertificate | undefined,
): Result<Signed, CodedError<"identity.certificate-unknown" | "identity.signature-wrong">> {
  if (certificate === undefined) return err(coded("identity.certificate-unknown"));
  return verifySignature(signature, certificate.key)
    ? ok({ signature, certificate })
    : err(coded("identity.signature-wrong"));
}

/** Why a request that the certificate's key did sign is refused all the same. */
function faultOf(
  { clock, settings }: FleetContext,
  nonces: NonceCache,
  { signature, certificate }: Signed,
  clientCertificate: string | undefined,
) {
  const now = clock.now();
  if (certificate.revokedAt !== null) return "identity.certificate-revoked";
  if (certificate.expiresAt <= now) return "identity.certificate-expired";
  if (!isFresh(signature, now)) return "identity.signature-stale";
  if (clientCertificate === undefined && settings.devices.requireClientCertificate)
    return "identity.client-certificate-missing";
  if (clientCertificate !== undefined && clientCertificate !== signature.keyid)
    return "identity.client-certificate-differs";
  return nonces.add(signature, now) ? undefined : "identity.signature-repeated";
}

/**
 * The certificate that signed stays until it expires, since the answer may not arrive; of those that were issued after it and
 * never used, none is left. A repeat with the same new key gets the same certificate.
 */
async function renew(
  context: FleetContext,
  authority: Authority,
  identity: DeviceIdentity,
  request: unknown,
): ReturnType<Identity["renew"]> {
  const { kiosk, thumbprint } = identity;
  const parsed = renewalRequestSchema.safeParse(request);
  if (!parsed.success) return err(coded("common.bad-input", parsed.error.issues[0]?.path.join(".") ?? "renewal"));
  const publicKey = await readCertificateRequest(parsed.data.csr);
  if (!publicKey.ok) return publicKey;
  return await context.db.transaction().execute(async (within) => {
    await lockKiosk(kiosk, within);
    const living = await livingCertificates(context, kiosk, within);
    const present = living.find((certificate) => certificate.thumbprint === thumbprint);
    if (present === undefined) return err(coded("identity.certificate-revoked"));
    const repeated = living.find(({ issued_at, pem }) => issued_at > present.issued_at && isOver(pem, publicKey.value));
    if (repeated !== undefined) return ok({ certificate: repeated.pem });
    await endCertificates(context, kiosk, "renewed", within, thumbprint);
    const issued = await issueFor(context, authority, kiosk, publicKey.value, within);
    const details = { thumbprint: issued.thumbprint, before: thumbprint };
    await context.audit.append({ actor: kiosk, action: "kiosk.renewed", subject: kiosk, details }, within);
    await context.bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
    context.log("identity.renewed", { kiosk, thumbprint: issued.thumbprint });
    return ok({ certificate: issued.pem });
  });
}

async function revoke(
  context: FleetContext,
  kiosk: string,
  reason: string,
  by: string,
  within: Transaction<FleetDatabase>,
): Promise<void> {
  // A renewal under way ends first, and its certificate with the others.
  await lockKiosk(kiosk, within);
  const certificates = await endCertificates(context, kiosk, reason, within);
  const entry = { actor: by, action: "kiosk.revoked", subject: kiosk, details: { reason, certificates } };
  await context.audit.append(entry, within);
  await context.bus.publish({ topic: "revoked", kiosk }, within);
  await context.bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
}

async function lockKiosk(kiosk: string, within: Transaction<FleetDatabase>): Promise<void> {
  await within.selectFrom("kiosk").select("id").where("id", "=", kiosk).forUpdate().execute();
}

async function listRevoked(context: FleetContext, authority: Authority): ReturnType<Identity["revocationList"]> {
  const now = context.clock.now();
  const rows = await context.db
    .selectFrom("certificate")
    .select(["serial", "revoked_at", "reason"])
    .where("revoked_at", "is not", null)
    .where("expires_at", ">", now)
    .orderBy("revoked_at")
    .execute();
  const revoked = rows.map(({ serial, revoked_at, reason }) => ({
    ...{ serial, at: revoked_at ?? now, superseded: SUPERSEDED.includes(reason ?? "") },
  }));
  return await makeRevocationList(authority, revoked, now);
}
