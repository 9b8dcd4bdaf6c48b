import { type Kysely, sql } from "kysely";
import { SimulatedClock } from "../../../base/clock.ts";
import type { UpdateReport } from "../../../base/contracts/fleet/report.ts";
import type { SoftwareSection } from "../../../base/contracts/fleet/state.ts";
import { silentLogger } from "../../../base/log.ts";
import { assertOk } from "../../../base/result.ts";
import { newRolloutSchema } from "../../api/contract/releases.ts";
import type { AuditEntry } from "../../audit/interface.ts";
import type { FleetContext } from "../../context.ts";
import type { Director } from "../../director/interface.ts";
import { json } from "../../store/database.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import { createRollouts } from "../rollouts.ts";

const PLATFORM = "linux-x64";
const unused = () => {
  throw new Error("not used by rollouts");
};

/** A fleet's emptied database with the real engine, and a director, audit trail and bus that note what they are told. */
export async function testFleet(db: Kysely<FleetDatabase>) {
  await sql`truncate kiosk, target cascade`.execute(db);
  const clock = new SimulatedClock();
  const told: string[] = [];
  const audit: AuditEntry[] = [];
  const context = {
    ...{ db, clock, instance: "one", random: () => 0.5, log: silentLogger },
    audit: { append: async (entry: AuditEntry) => void audit.push(entry) },
    bus: { publish: async () => {}, subscribe: () => () => {}, close: async () => {} },
    // The engine reads no settings.
    settings: undefined as never,
  } satisfies FleetContext;
  const director: Director = {
    keys: [],
    ...{ etag: unused, desired: unused, send: unused },
    changed: async (kiosks) => void told.push(...kiosks),
  };
  const rollouts = createRollouts(context, director);

  const fleet = {
    ...{ db, clock, rollouts, told, audit, context, director },
    /** Adds kiosks `<ring>-0` … with what they reported last. */
    async kiosks(
      ring: string,
      count: number,
      state: { release?: string; platform?: string; packages?: object } | null = {},
    ) {
      const ids = Array.from({ length: count }, (_, index) => `${ring}-${index}`);
      const at = clock.now();
      await db
        .insertInto("kiosk")
        .values(
          ids.map((id) => ({
            ...{ id, place: id, site: "s", ring, tags: "[]", time_zone: "UTC", opening_hours: null, notes: "" },
            ...{ created_at: at, enrolled_at: at, retired_at: null, desired_revision: 1, condition: "ok" as never },
            ...{ condition_rank: 4, service_state: "unknown", release: null, update_state: null },
          })),
        )
        .execute();
      if (state === null) return ids;
      const software = { release: state.release ?? "1.0.0", packages: state.packages ?? {} };
      const nothing = { service: null, devices: null, security: null };
      await db
        .insertInto("kiosk_state")
        .values(
          ids.map((kiosk) => ({
            ...{ kiosk, ...nothing, software: json(software), updated_at: at },
            machine: json({ platform: state.platform ?? PLATFORM }),
          })),
        )
        .execute();
      return ids;
    },
    async release(version: string, platform = PLATFORM) {
      const path = `releases/ventanilla-${version}-${platform}.tar.zst`;
      await db
        .insertInto("target")
        .values({
          ...{ path, kind: "release", service: null, version, platform, needs_release: null, length: 1 },
          ...{ sha256: sha(version), notes: "", added_at: clock.now() },
        })
        .execute();
      return path;
    },
    async service(version: string, needsRelease = "1.0.0") {
      const path = `services/i.s-${version}.tar.zst`;
      await db
        .insertInto("target")
        .values({
          ...{ path, kind: "service", service: "i/s", version, platform: null, needs_release: needsRelease, length: 1 },
          ...{ sha256: sha(version), notes: "", added_at: clock.now() },
        })
        .execute();
      return path;
    },
    start: (target: string, rings: [string, number, number][], more: object = {}) =>
      rollouts.start(
        newRolloutSchema.parse({
          ...{ target, silentAfter: 600, ...more },
          rings: rings.map(([ring, success, error]) => ({ ring, success, error })),
        }),
        "ana",
      ),
    async begun(target: string, rings: [string, number, number][]) {
      return assertOk(await fleet.start(target, rings), "start").id;
    },
    act: (id: string, action: "pause" | "resume" | "halt" | "cancel", retryFailed = false) =>
      rollouts.act(id, { action, retryFailed, reason: "because" }, "ana"),
    hear: (kiosk: string, what: { software?: SoftwareSection; updates?: readonly UpdateReport[] }) =>
      db.transaction().execute((within) => rollouts.heard(kiosk, { updates: [], ...what }, within)),
    report: (kiosk: string, target: string, version: string, result: UpdateReport["result"], attempt = 1) =>
      fleet.hear(kiosk, {
        updates: [
          {
            target,
            sha256: sha(version),
            attempt,
            result,
            ...(result === "installed" ? {} : { code: "software.no-screen" }),
          },
        ],
      }),
    async seen(kiosk: string) {
      const at = clock.now();
      const row = { kiosk, last_seen: at, stream: "6f0a1c52-6a0f-4c43-8b1f-5a1d6d2f7c02", session: 1 };
      const rest = { connected_to: null, connected_session: null, clock_offset: null, mutual_tls: null };
      await db
        .insertInto("kiosk_live")
        .values({ ...row, ...rest })
        .onConflict((conflict) => conflict.column("kiosk").doUpdateSet({ last_seen: at }))
        .execute();
    },
    async row(id: string) {
      const row = await rollouts.get(id);
      if (row === undefined) throw new Error(`no rollout ${id}`);
      return row;
    },
    async progress(id: string) {
      const rows = await db
        .selectFrom("rollout_kiosk")
        .selectAll()
        .where("rollout", "=", id)
        .orderBy("kiosk")
        .execute();
      return Object.fromEntries(rows.map(({ kiosk, progress }) => [kiosk, progress]));
    },
    async assigned() {
      const rows = await db.selectFrom("assignment").selectAll().orderBy("kiosk").orderBy("subject").execute();
      return Object.fromEntries(
        rows.map(({ kiosk, target, attempt }) => [kiosk, `${target.split("-")[1]}#${attempt}`]),
      );
    },
  };
  return fleet;
}
export type TestFleet = Awaited<ReturnType<typeof testFleet>>;

export const sha = (version: string) => version.replace(/\D/g, "").padEnd(64, "0");
export const software = (
  release: string,
  update: SoftwareSection["update"] = { state: "idle" },
  packages = {},
): SoftwareSection => ({
  ...{ release, slot: "a", packages, update },
});
