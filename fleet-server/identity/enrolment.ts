import { randomUUID } from "node:crypto";
import type { Selectable, Transaction } from "kysely";
import { enrolmentRequestSchema } from "../../base/contracts/fleet/identity.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Authority } from "./authority.ts";
import { readCertificateRequest } from "./certificate-request.ts";
import type { Identity } from "./interface.ts";
import { endCertificates, type IssuedCertificate, isOver, issueFor, livingCertificates } from "./issue.ts";
import { hashOneTimeCode, makeOneTimeCode } from "./one-time-code.ts";

type Enrolment = Selectable<FleetDatabase["enrolment"]>;

/** Makes a one-time code and keeps its hash. */
export async function makeEnrolment(
  context: FleetContext,
  enrolment: Parameters<Identity["newCode"]>[0],
  within: Transaction<FleetDatabase>,
): Promise<{ readonly id: string; readonly code: string }> {
  const { kiosk, place, site, ring, by } = enrolment;
  const code = makeOneTimeCode();
  const id = randomUUID();
  const now = context.clock.now();
  await within
    .insertInto("enrolment")
    .values({
      ...{ id, kiosk, place, site, ring, by, code_hash: hashOneTimeCode(code) },
      ...{ created_at: now, expires_at: now + enrolment.expiresIn * 1_000, used_at: null, cancelled_at: null },
    })
    .execute();
  const details = { enrolment: id, place, site, ring, expiresIn: enrolment.expiresIn };
  await context.audit.append({ actor: by, action: "enrolment.code-made", subject: kiosk, details }, within);
  await context.bus.publish({ topic: "enrolments" }, within);
  return { id, code };
}

/** Ends a code that was not used; false when there is no such code. */
export async function cancelEnrolment(
  context: FleetContext,
  id: string,
  by: string,
  within: Transaction<FleetDatabase>,
): Promise<boolean> {
  const cancelled = await within
    .updateTable("enrolment")
    .set({ cancelled_at: context.clock.now() })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .where("cancelled_at", "is", null)
    .returning("kiosk")
    .executeTakeFirst();
  if (cancelled === undefined) return false;
  const entry = { actor: by, action: "enrolment.code-cancelled", subject: cancelled.kiosk, details: { enrolment: id } };
  await context.audit.append(entry, within);
  await context.bus.publish({ topic: "enrolments" }, within);
  return true;
}

/**
 * Takes a one-time code and a certificate request. The code's row is locked, so that of two machines one gets the certificate;
 * the same key may come again within the code's life, because its answer can be lost on the way. Whoever guesses learns nothing:
 * every code that does not work gets the same answer.
 */
export async function enrolMachine(
  context: FleetContext,
  authority: Authority,
  request: unknown,
): ReturnType<Identity["enrol"]> {
  const parsed = enrolmentRequestSchema.safeParse(request);
  if (!parsed.success)
    return err(coded("common.bad-input", parsed.error.issues[0]?.path.join(".") ?? "enrolment request"));
  const { code, csr, machine } = parsed.data;
  const publicKey = await readCertificateRequest(csr);
  if (!publicKey.ok) return refuse(context, publicKey.error, "request");

  return await context.db.transaction().execute(async (within) => {
    const enrolment = await within
      .selectFrom("enrolment")
      .selectAll()
      .where("code_hash", "=", hashOneTimeCode(code))
      .forUpdate()
      .executeTakeFirst();
    const fault = faultOf(enrolment, context.clock.now());
    if (enrolment === undefined || fault !== undefined) return refuse(context, coded("identity.code-refused"), fault);
    const { kiosk, place } = enrolment;
    if (enrolment.used_at !== null) {
      const living = await livingCertificates(context, kiosk, within);
      const earlier = living.find(({ pem }) => isOver(pem, publicKey.value));
      if (earlier === undefined) return refuse(context, coded("identity.code-refused"), "used");
      context.log("identity.enrolled", { kiosk, thumbprint: earlier.thumbprint, again: true });
      return ok({ kiosk, place, certificate: earlier.pem });
    }
    const { thumbprint, pem } = await admit(context, authority, enrolment, publicKey.value, machine, within);
    context.log("identity.enrolled", { kiosk, thumbprint, again: false });
    return ok({ kiosk, place, certificate: pem });
  });
}

function faultOf(enrolment: Enrolment | undefined, now: number): string | undefined {
  if (enrolment === undefined) return "unknown";
  if (enrolment.cancelled_at !== null) return "cancelled";
  return enrolment.expires_at <= now ? "expired" : undefined;
}

function refuse<E extends CodedError>(context: FleetContext, error: E, reason = "unknown"): Result<never, E> {
  context.log("identity.enrolment-refused", { code: error.code, reason });
  return err(error);
}

/** The kiosk's row, its certificate, and the end of what an earlier machine of that name had. */
async function admit(
  context: FleetContext,
  authority: Authority,
  enrolment: Enrolment,
  publicKey: Uint8Array,
  machine: { readonly hostname: string; readonly platform: string },
  within: Transaction<FleetDatabase>,
): Promise<IssuedCertificate> {
  const { id, kiosk, place, site, ring } = enrolment;
  const now = context.clock.now();
  await within
    .insertInto("kiosk")
    .values({
      ...{
        id: kiosk,
        place,
        site,
        ring,
        tags: json([]),
        time_zone: "America/Santiago",
        opening_hours: null,
        notes: "",
      },
      ...{ created_at: now, enrolled_at: now, retired_at: null, desired_revision: 1 },
      ...{ condition: "never-seen", condition_rank: 4, service_state: "unknown" },
      ...{ release: null, update_state: null },
    })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ place, site, ring, enrolled_at: now, retired_at: null }),
    )
    .execute();
  const replaced = await endCertificates(context, kiosk, "replaced", within);
  const issued = await issueFor(context, authority, kiosk, publicKey, within);
  await within.updateTable("enrolment").set({ used_at: now }).where("id", "=", id).execute();
  const details = { enrolment: id, thumbprint: issued.thumbprint, replaced, machine };
  await context.audit.append({ actor: kiosk, action: "kiosk.enrolled", subject: kiosk, details }, within);
  if (replaced > 0) await context.bus.publish({ topic: "revoked", kiosk }, within);
  await context.bus.publish({ topic: "enrolments" }, within);
  await context.bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
  return issued;
}
