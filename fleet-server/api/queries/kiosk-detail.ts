import { type Kysely, sql } from "kysely";
import type { FleetDatabase } from "../../store/schema.ts";
import type { KioskDetail } from "../contract/kiosks.ts";
import { selectKiosks, withAlerts } from "./kiosk-rows.ts";

/** All that the console shows of one kiosk; six statements. Undefined when there is none of this id. */
export async function kioskDetail(db: Kysely<FleetDatabase>, id: string): Promise<KioskDetail | undefined> {
  const row = await selectKiosks(db)
    .leftJoin("kiosk_state as s", "s.kiosk", "k.id")
    .select(["k.opening_hours", "k.time_zone", "k.notes", "k.enrolled_at"])
    .select(["s.service", "s.devices", "s.software", "s.security", "s.machine"])
    .where("k.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const [[common], desired, certificates, readiness] = await Promise.all([
    withAlerts(db, [row]),
    desiredOf(db, id),
    certificatesOf(db, id),
    db
      .selectFrom("readiness")
      .select(["id", "taken_at", "report"])
      .where("kiosk", "=", id)
      .orderBy("taken_at", "desc")
      .limit(1)
      .executeTakeFirst(),
  ]);
  if (common === undefined) return undefined;
  return {
    ...common,
    openingHours: row.opening_hours,
    timeZone: row.time_zone,
    notes: row.notes,
    enrolledAt: row.enrolled_at,
    state: {
      service: row.service ?? null,
      devices: row.devices ?? null,
      software: row.software ?? null,
      security: row.security ?? null,
      machine: row.machine ?? null,
    },
    desired,
    certificates,
    readiness:
      readiness === undefined
        ? null
        : {
            id: readiness.id,
            takenAt: readiness.taken_at,
            technician: readiness.report.technician,
            failed: readiness.report.checks.filter(({ verdict }) => verdict === "fail").length,
          },
  };
}

async function desiredOf(db: Kysely<FleetDatabase>, kiosk: string): Promise<KioskDetail["desired"]> {
  const rows = await db
    .selectFrom("assignment")
    .innerJoin("target", "target.path", "assignment.target")
    .select(["assignment.subject", "target.version"])
    .where("assignment.kiosk", "=", kiosk)
    .execute();
  const release = rows.find(({ subject }) => subject === "release")?.version ?? null;
  const services = rows.filter(({ subject }) => subject !== "release");
  return { release, services: Object.fromEntries(services.map(({ subject, version }) => [subject, version])) };
}

async function certificatesOf(db: Kysely<FleetDatabase>, kiosk: string): Promise<KioskDetail["certificates"]> {
  const rows = await db
    .selectFrom("certificate")
    .select(["thumbprint", "serial", "issued_at", "expires_at", "revoked_at", "reason"])
    .select(sql<boolean>`row_number() over (order by revoked_at is null desc, issued_at desc) = 1`.as("newest"))
    .where("kiosk", "=", kiosk)
    .orderBy("issued_at", "desc")
    .limit(50)
    .execute();
  return rows.map((row) => ({
    thumbprint: row.thumbprint,
    serial: row.serial,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    reason: row.reason,
    current: row.newest && row.revoked_at === null,
  }));
}
