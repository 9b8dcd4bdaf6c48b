import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpdateReport } from "../../../base/contracts/fleet/report.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { FleetParts } from "../../../fleet-server/app.ts";
import type { FleetContext } from "../../../fleet-server/context.ts";
import { json } from "../../../fleet-server/store/database.ts";

export const KIOSK_HEADER = "x-test-kiosk";
/** Who names this in the header shows a revoked certificate. */
export const REVOKED = "revoked";
const revoked = { code: "identity.revoked", message: "revoked", who: "technician" } as unknown as CodedError;
/** A thumbprint that no certificate has. */
const NO_CERTIFICATE = "0".repeat(64);

/** A repository directory with one file of metadata and one target. */
export function repositoryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fleet-repository-"));
  mkdirSync(join(directory, "metadata"));
  mkdirSync(join(directory, "targets", "services"), { recursive: true });
  writeFileSync(join(directory, "metadata", "timestamp.json"), "{}");
  writeFileSync(join(directory, "targets", "services", "a.bin"), Buffer.from("0123456789"));
  return directory;
}

/** What the server under test heard of software, by kiosk. */
export type Heard = { readonly kiosk: string; readonly updates: readonly UpdateReport[] };

/**
 * The parts that stand where the real ones will: whoever names a kiosk of the table in a header is that kiosk, desired states are
 * their revision, commands are signed by nobody.
 */
export function fakeParts(directory: string, heard: Heard[] = []) {
  return async (context: FleetContext): Promise<FleetParts> => {
    const { db, bus, clock } = context;
    const never = async () => {
      throw new Error("not in this test");
    };
    const refused = async () => err(coded("common.bad-input", "not in this test"));
    const etag = async (kiosk: string) => {
      const row = await db.selectFrom("kiosk").select("desired_revision").where("id", "=", kiosk).executeTakeFirst();
      return `"${row?.desired_revision ?? 0}"`;
    };
    return {
      identity: {
        ...{ ca: "", caFingerprint: "", newCode: never, cancelCode: never, enrol: refused, renew: refused },
        ...{ refusals: new Map(), revocationList: never },
        authenticate: async ({ headers }) => {
          const kiosk = headers[KIOSK_HEADER];
          if (kiosk === undefined) return err(coded("common.bad-input", "nobody"));
          return ok({ kiosk, thumbprint: NO_CERTIFICATE, mutualTls: false });
        },
        revoke: async (kiosk, _reason, _by, within) => bus.publish({ topic: "revoked", kiosk }, within),
      },
      director: {
        keys: [],
        etag,
        desired: async (kiosk) => ({ etag: await etag(kiosk), jws: "desired" }),
        send: async ({ kiosk, command, by, reason, expiresIn }, within) => {
          const id = crypto.randomUUID();
          const now = clock.now();
          await within
            .insertInto("command")
            .values({
              ...{ id, kiosk, command: json(command), jws: `jws-${id}`, by, reason, state: "queued", code: null },
              ...{ message: null, created_at: now, expires_at: now + expiresIn * 1_000, changed_at: now, logs: null },
            })
            .execute();
          await bus.publish({ topic: "command", kiosk, command: id }, within);
          return { id };
        },
        changed: async (kiosks, within) => bus.publish({ topic: "desired", kiosks }, within),
      },
      rollouts: {
        ...{ start: refused, act: refused, list: async () => [], get: async () => undefined },
        heard: async (kiosk, { updates }) => {
          heard.push({ kiosk, updates });
        },
        ...{ tick: async () => {}, enrolled: async () => {} },
      },
      repository: { directory, root: {}, refresh: async () => {}, expiries: async () => ({}) },
    };
  };
}

/** The same parts, with eyes for client certificates and for a machine that was revoked. */
export function seeingCertificates(parts: FleetParts): FleetParts {
  const { identity } = parts;
  return {
    ...parts,
    identity: {
      ...identity,
      authenticate: async (request) => {
        if (request.headers[KIOSK_HEADER] === REVOKED) return err(revoked);
        const judged = await identity.authenticate(request);
        return judged.ok ? ok({ ...judged.value, mutualTls: request.clientCertificate !== undefined }) : judged;
      },
    },
  };
}

/** A kiosk's row as enrolment makes it. */
export function kioskRow(id: string, now: number) {
  return {
    ...{ id, place: `Oficina ${id}`, site: "Santiago", ring: "general", tags: json([]), time_zone: "America/Santiago" },
    ...{ opening_hours: null, notes: "", created_at: now, enrolled_at: now, retired_at: null, desired_revision: 1 },
    ...{ condition: "never-seen" as const, condition_rank: 4, service_state: "unknown" },
    ...{ release: null, update_state: null },
  };
}
