import { generateKeyPairSync, randomUUID, X509Certificate } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { silentLogger } from "../../../base/log.ts";
import { issueCertificate } from "../../../base/node/certificates.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createAlerts } from "../../../fleet-server/alerts/alerts.ts";
import { openAuthority } from "../../../fleet-server/identity/authority.ts";
import { settingsSchema } from "../../../fleet-server/settings.ts";
import { openDatabase } from "../../../fleet-server/store/database.ts";
import { migrate } from "../../../fleet-server/store/migrate.ts";
import { rowsOf } from "../../../fleet-server/store/rows.ts";
import type { FleetDatabase } from "../../../fleet-server/store/schema.ts";
import type { SimulatedIdentity } from "../../../simulators/fleet/kiosk.ts";
import { devicesWithPaper, healthySections } from "../../../simulators/fleet/sections.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const SITES = 60;
const RINGS = ["pilot", "early", "general", "mobile"];
/** Rows in one statement. */
const AT_ONCE = 500;
/** Of every kiosk. */
const HISTORY = { alerts: 10, events: 30, counterHours: 24 };
const ROLLOUTS = 5;
/** Every so many kiosks one has no paper. */
const WITHOUT_PAPER = 20;

/** Keys of `count` kiosks, and their certificates by the fleet server's own authority in `keys`. */
export async function makeIdentities(keys: string, count: number): Promise<SimulatedIdentity[]> {
  const authority = await openAuthority(keys, systemClock, silentLogger);
  const now = systemClock.now();
  const identities: SimulatedIdentity[] = [];
  for (let number = 0; number < count; number++) {
    const kiosk = `kiosk-${String(number).padStart(5, "0")}`;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const certificate = await issueCertificate({
      ...{ issuer: authority, commonName: kiosk, now, life: 90 * DAY, purpose: { client: true } },
      publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    });
    const keyid = new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    identities.push({ kiosk, key, certificate, keyid });
  }
  return identities;
}

/**
 * Fills an empty database with these kiosks, enrolled and in service, one of twenty without paper, with alerts, events, journeys and
 * rollouts behind them. No server may have it open.
 */
export async function populate(
  where: { readonly url: string | undefined; readonly directory: string | undefined },
  identities: readonly SimulatedIdentity[],
): Promise<void> {
  const { db, close } = await openDatabase(where);
  await migrate(db);
  const now = systemClock.now();
  for (let start = 0; start < identities.length; start += AT_ONCE)
    await addKiosks(db, identities.slice(start, start + AT_ONCE), start, now);
  await addHistory(db, now);
  const settings = settingsSchema.parse({ stateDirectory: "-", console: {}, devices: {}, repository: "-", keys: "-" });
  const bus = { publish: async () => {}, subscribe: () => () => {}, close: async () => {} };
  const alerts = createAlerts({ db, bus, clock: systemClock, settings });
  const ids = identities.map(({ kiosk }) => kiosk);
  for (let start = 0; start < ids.length; start += AT_ONCE)
    await db.transaction().execute((within) => alerts.evaluate(ids.slice(start, start + AT_ONCE), within));
  await sql`analyze`.execute(db);
  await close();
}

async function addKiosks(
  db: Kysely<FleetDatabase>,
  identities: readonly SimulatedIdentity[],
  first: number,
  now: number,
): Promise<void> {
  const healthy = healthySections(now);
  const rows = identities.map(({ kiosk, certificate, keyid }, index) => {
    const number = first + index;
    const site = number % SITES;
    return {
      ...healthy,
      ...{ id: kiosk, thumbprint: keyid, pem: certificate, stream: randomUUID(), at: now },
      ...{
        place: `ChileAtiende ${site}, módulo ${number}`,
        site: `Comuna ${site}`,
        ring: RINGS[number % RINGS.length],
      },
      devices: devicesWithPaper(now - HOUR, number % WITHOUT_PAPER !== 0),
      serial: new X509Certificate(certificate).serialNumber.toLowerCase(),
      expires: now + 90 * DAY,
    };
  });
  const from = rowsOf(
    rows,
    `id text, place text, site text, ring text, at bigint, thumbprint text, pem text, serial text, expires bigint, stream uuid,
    service jsonb, devices jsonb, software jsonb, security jsonb, machine jsonb`,
  );
  await db.transaction().execute(async (within) => {
    await sql`insert into kiosk (id, place, site, ring, created_at, enrolled_at) select id, place, site, ring, at, at from ${from}`.execute(
      within,
    );
    await sql`insert into certificate (thumbprint, kiosk, serial, pem, issued_at, expires_at)
      select thumbprint, id, serial, pem, at, expires from ${from}`.execute(within);
    await sql`insert into kiosk_live (kiosk, last_seen, stream, session) select id, at, stream, 1 from ${from}`.execute(
      within,
    );
    await sql`insert into kiosk_state (kiosk, service, devices, software, security, machine, updated_at)
      select id, service, devices, software, security, machine, at from ${from}`.execute(within);
  });
}

async function addHistory(db: Kysely<FleetDatabase>, now: number): Promise<void> {
  const { alerts, events, counterHours } = HISTORY;
  const hour = now - (now % HOUR);
  await sql`insert into alert (id, kiosk, code, subject, axis, severity, who, detail, since, until)
    select gen_random_uuid(), k.id, 'printer-paper-low', 'printer', 'devices', 'warning', 'attendant', '',
      ${now}::bigint - n * ${DAY}::bigint, ${now}::bigint - n * ${DAY}::bigint + ${HOUR}::bigint
    from kiosk k, generate_series(1, ${alerts}::int) n`.execute(db);
  await sql`insert into event (kiosk, at, event, fields)
    select k.id, ${now}::bigint - n * ${HOUR}::bigint, 'process.started', '{"part":"runtime","version":"0.1.0"}'::jsonb
    from kiosk k, generate_series(1, ${events}::int) n`.execute(db);
  await sql`insert into counter (kiosk, hour, service, result, count, seconds)
    select k.id, ${hour}::bigint - n * ${HOUR}::bigint, 'fonasa/bono-atencion', case n % 4 when 0 then 'abandoned' else 'done' end, 5, 450
    from kiosk k, generate_series(0, ${counterHours}::int - 1) n`.execute(db);
  for (let number = 0; number < ROLLOUTS; number++) {
    const id = randomUUID();
    const path = `services/fonasa.bono-atencion-1.0.${number}.tar.zst`;
    const at = now - number * DAY;
    const rings = JSON.stringify(RINGS.map((ring) => ({ ring, success: 90, error: 10 })));
    await sql`insert into target (path, kind, service, version, length, sha256, notes, added_at)
      values (${path}, 'service', 'fonasa/bono-atencion', ${`1.0.${number}`}, 10000, ${"0".repeat(64)}, '', ${at}::bigint)`.execute(
      db,
    );
    await sql`insert into rollout (id, target, rings, begun, silent_after, state, why, by, reason, created_at, changed_at)
      values (${id}::uuid, ${path}, ${rings}::jsonb, ${RINGS.length}, 3600, 'finished', '', 'ana', 'new text', ${at}::bigint, ${at}::bigint)`.execute(
      db,
    );
    await sql`insert into rollout_kiosk (rollout, kiosk, ring, progress, attempt, told_at, changed_at)
      select ${id}::uuid, k.id, 0, 'succeeded', 1, ${at}::bigint, ${at}::bigint from kiosk k`.execute(db);
  }
}
