import { sql } from "kysely";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import type { FleetContext } from "../context.ts";
import { expiriesOf, type ListedTarget, listTargets } from "./inspect.ts";
import type { Repository } from "./interface.ts";
import { MetadataFiles } from "./metadata-files.ts";
import { signOnline } from "./sign-online.ts";

type Context = Pick<FleetContext, "settings" | "db" | "bus" | "clock" | "log">;

/** Of `pg_advisory_xact_lock`: one instance signs at a time. */
const LOCK = 0x7475_6601;

/**
 * The update repository that the server keeps fresh. It was made with `initRepository`, whose on-line keys are in `settings.keys`.
 *
 * `refresh` is to be called at start and every few minutes: it does nothing while nothing is due.
 */
export async function createRepository(context: Context): Promise<Result<Repository, CodedError>> {
  const directory = context.settings.repository;
  // Kiosks walk from the first root to the newest by themselves.
  const root = await new MetadataFiles(directory).root(1);
  if (!root.ok) return root;
  return ok({
    directory,
    root: JSON.parse(root.value.bytes.toString("utf8")),
    refresh: () => refresh(context),
    expiries: () => expiriesOf(directory),
  });
}

async function refresh({ settings, db, bus, clock, log }: Context): Promise<void> {
  const { repository: directory, keys: onlineKeys } = settings;
  await db.transaction().execute(async (within) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(within);
    const signed = await signOnline({ directory, onlineKeys, clock });
    if (!signed.ok) {
      log("update.refused", { code: signed.error.code, detail: signed.error.message });
      return;
    }
    const { snapshot, timestamp } = signed.value;
    if (signed.value.signed) log("update.signed", { snapshot, timestamp });
    const listed = await listTargets(directory);
    if (!listed.ok) return;
    const rows = listed.value.map((target) => rowOf(target, clock.now()));
    const mirrored = new Map(
      (await within.selectFrom("target").select(["path", "sha256"]).execute()).map(({ path, sha256 }) => [
        path,
        sha256,
      ]),
    );
    const added = rows.filter(({ path, sha256 }) => mirrored.get(path) !== sha256);
    for (const row of added)
      await within
        .insertInto("target")
        .values(row)
        .onConflict((conflict) => conflict.column("path").doUpdateSet(row))
        .execute();
    const gone = [...mirrored.keys()].filter((path) => rows.every((row) => row.path !== path));
    // What a rollout tells of stays, for its history; kiosks cannot fetch it any more.
    const removed = gone.length === 0 ? 0 : await deleteUnused(within, gone);
    if (added.length + removed === 0) return;
    log("update.targets", { added: added.length, removed });
    await bus.publish({ topic: "targets" }, within);
  });
}

async function deleteUnused(db: FleetContext["db"], paths: readonly string[]): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("target")
    .where("path", "in", paths)
    .where("path", "not in", (query) => query.selectFrom("rollout").select("target"))
    .where("path", "not in", (query) => query.selectFrom("assignment").select("target"))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

function rowOf({ path, length, sha256, custom }: ListedTarget, now: number) {
  return {
    path,
    kind: custom.kind,
    service: custom.kind === "service" ? custom.service : null,
    version: custom.version,
    platform: custom.kind === "release" ? custom.platform : null,
    needs_release: custom.kind === "service" ? custom.needsRelease : null,
    length,
    sha256,
    notes: custom.notes ?? "",
    added_at: now,
  };
}
