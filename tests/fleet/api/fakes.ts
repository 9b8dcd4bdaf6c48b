import { randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import type { Clock } from "../../../base/clock.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { RolloutRow } from "../../../fleet-server/api/contract/releases.ts";
import type { ConsoleParts } from "../../../fleet-server/api/parts.ts";
import { createAudit, verifyChain } from "../../../fleet-server/audit/audit.ts";
import type { Bus, BusMessage } from "../../../fleet-server/bus/interface.ts";
import { json } from "../../../fleet-server/store/database.ts";
import type { FleetDatabase } from "../../../fleet-server/store/schema.ts";

/** A bus that several instances in one process share. */
export function sharedBus(): Bus & { readonly told: readonly BusMessage[] } {
  const listeners = new Set<(message: BusMessage) => void>();
  const told: BusMessage[] = [];
  return {
    told,
    publish: async (message) => {
      told.push(message);
      for (const listener of listeners) listener(message);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}

/** The other parts of the server, as far as the console's API needs them: they write the rows that their interfaces promise. */
export function fakeParts(clock: Clock): ConsoleParts {
  const audit = createAudit(clock);
  const rollouts = new Map<string, RolloutRow>();
  return {
    verifyAudit: verifyChain,
    devicesUrl: () => "https://kiosks.example:4201",
    alerts: { evaluate: async () => {}, tick: async () => {} },
    repository: {
      directory: "/nowhere",
      root: {},
      refresh: async () => {},
      expiries: async () => ({ timestamp: 1_900_000_000_000 }),
    },
    identity: {
      ca: "-----BEGIN CERTIFICATE-----",
      caFingerprint: "AA:BB:CC",
      newCode: async ({ kiosk, place, site, ring, by, expiresIn }, within) => {
        const id = randomUUID();
        const now = clock.now();
        const row = {
          id,
          kiosk,
          place,
          site,
          ring,
          by,
          code_hash: id,
          created_at: now,
          expires_at: now + expiresIn * 1_000,
        };
        await within
          .insertInto("enrolment")
          .values({ ...row, used_at: null, cancelled_at: null })
          .execute();
        await audit.append({ actor: by, action: "enrolment.code-made", subject: kiosk, details: {} }, within);
        return { id, code: "7K3M-9QXT-2WPA" };
      },
      revoke: async (kiosk, reason, by, within) => {
        const revoked = within.updateTable("certificate").set({ revoked_at: clock.now(), reason });
        await revoked.where("kiosk", "=", kiosk).where("revoked_at", "is", null).execute();
        await audit.append({ actor: by, action: "kiosk.revoked", subject: kiosk, details: {} }, within);
      },
      cancelCode: async (id, by, within) => {
        const open = within.updateTable("enrolment").set({ cancelled_at: clock.now() }).where("id", "=", id);
        const ended = await open
          .where("used_at", "is", null)
          .where("cancelled_at", "is", null)
          .returning("kiosk")
          .execute();
        for (const { kiosk } of ended)
          await audit.append({ actor: by, action: "enrolment.code-cancelled", subject: kiosk, details: {} }, within);
        return ended.length > 0;
      },
      refusals: new Map(),
      revocationList: async () => ({ der: new Uint8Array(), pem: "" }),
      authenticate: refused,
      enrol: refused,
      renew: refused,
    },
    director: {
      keys: [],
      etag: async () => '"1"',
      desired: async () => ({ etag: '"1"', jws: "" }),
      changed: async () => {},
      send: async ({ kiosk, command, by, reason, expiresIn }, within) => {
        const id = randomUUID();
        const now = clock.now();
        const row = {
          id,
          kiosk,
          command: json(command),
          jws: "a.b.c",
          by,
          reason,
          state: "queued" as const,
          code: null,
        };
        const times = { created_at: now, changed_at: now, expires_at: now + expiresIn * 1_000 };
        await within
          .insertInto("command")
          .values({ ...row, ...times, message: null, logs: null })
          .execute();
        await audit.append({ actor: by, action: "command.sent", subject: kiosk, details: {} }, within);
        return { id };
      },
    },
    rollouts: {
      start: async ({ target, rings, silentAfter, dryRun }, by) => {
        if (target === "releases/none") return err(coded("common.bad-input", "target"));
        const row = fakeRollout(target, rings, silentAfter, by, clock.now());
        if (!dryRun) rollouts.set(row.id, row);
        return ok(row);
      },
      act: async (id, { action }) => {
        const row = rollouts.get(id);
        if (row === undefined) return err(coded("common.bad-input", "rollout"));
        const state = ({ pause: "paused", resume: "running", halt: "halted", cancel: "cancelled" } as const)[action];
        const changed = { ...row, state };
        rollouts.set(id, changed);
        return ok(changed);
      },
      list: async () => [...rollouts.values()],
      get: async (id) => rollouts.get(id),
      heard: async () => {},
      tick: async () => {},
      enrolled: async () => {},
    },
  };
}

async function refused() {
  return err(coded("common.bad-input", "not here"));
}

function fakeRollout(
  target: string,
  rings: readonly { ring: string; success: number; error: number }[],
  silentAfter: number,
  by: string,
  now: number,
): RolloutRow {
  const counts = { waiting: 1, told: 0, working: 0, succeeded: 0, failed: 0, silent: 0, "not-fitting": 0 };
  return {
    ...{ id: randomUUID(), target, kind: "release", version: "1.2.3", state: "running", why: "", by, silentAfter },
    ...{ createdAt: now, changedAt: now, failures: [] },
    rings: rings.map((ring, index) => ({ ...ring, begun: index === 0, counts })),
  };
}

/** A kiosk's row, enrolled unless `columns` say otherwise. */
export async function addKiosk(
  db: Pick<Transaction<FleetDatabase>, "insertInto">,
  id: string,
  columns: Partial<{
    place: string;
    site: string;
    ring: string;
    tags: string[];
    condition: FleetDatabase["kiosk"]["condition"];
    condition_rank: number;
    enrolled_at: number | null;
    retired_at: number | null;
    release: string | null;
  }> = {},
): Promise<void> {
  const { tags = [], ...rest } = columns;
  await db
    .insertInto("kiosk")
    .values({
      ...{ id, place: `Oficina ${id}`, site: "Santiago", ring: "general", tags: json(tags), notes: "" },
      ...{ time_zone: "America/Santiago", opening_hours: null, created_at: 1, enrolled_at: 2, retired_at: null },
      ...{ desired_revision: 1, condition: "ok", condition_rank: 3, service_state: "in-service" },
      ...{ release: "1.0.0", update_state: "idle", ...rest },
    })
    .execute();
}
