import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { FleetDatabase } from "../../store/schema.ts";
import type { CommandRow } from "../contract/kiosks.ts";

const SHOWN = 100;

/** The newest commands of a kiosk. */
export async function listCommands(db: Kysely<FleetDatabase>, kiosk: string): Promise<CommandRow[]> {
  const rows = await selectCommands(db)
    .where("kiosk", "=", kiosk)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(SHOWN)
    .execute();
  return rows.map(toRow);
}

export async function getCommand(db: Kysely<FleetDatabase>, id: string): Promise<CommandRow | undefined> {
  const row = await selectCommands(db).where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toRow(row);
}

function selectCommands(db: Kysely<FleetDatabase>) {
  return db
    .selectFrom("command")
    .select(["id", "kiosk", "command", "by", "reason", "state", "code", "message"])
    .select(["created_at", "expires_at", "changed_at", sql<boolean>`logs is not null`.as("has_logs")]);
}

function toRow(row: Awaited<ReturnType<ReturnType<typeof selectCommands>["execute"]>>[number]): CommandRow {
  const { created_at, expires_at, changed_at, has_logs, ...same } = row;
  return { ...same, createdAt: created_at, expiresAt: expires_at, changedAt: changed_at, hasLogs: has_logs };
}
