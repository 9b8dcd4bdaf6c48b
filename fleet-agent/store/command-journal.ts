import type { Database } from "better-sqlite3";
import { type CommandClaims, type CommandReport, commandClaimsSchema } from "../../base/contracts/fleet/command.ts";

export type JournalledCommand = {
  readonly claims: CommandClaims;
  readonly state: CommandReport["state"];
};

/** Every command that this kiosk has seen, by its `jti`, so that each is carried out once whatever is sent twice. */
export interface CommandJournal {
  has(id: string): boolean;
  /** `false` when it was there already. */
  add(claims: CommandClaims, state: CommandReport["state"]): boolean;
  change(id: string, state: CommandReport["state"]): void;
  /** What is `received` or `running`, in the order of arrival; what only a newer release understands is left out. */
  open(): readonly JournalledCommand[];
  /** Forgets commands that expired before `seconds` since the Unix epoch: nothing can bring them back. */
  forget(seconds: number): void;
}

type Row = { readonly claims: string; readonly state: CommandReport["state"] };

export function createCommandJournal(database: Database, transaction: <T>(work: () => T) => T): CommandJournal {
  const has = database.prepare("SELECT 1 FROM commands WHERE id = ?").pluck();
  const insert = database.prepare(
    `INSERT INTO commands (id, claims, state, expires, place)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM commands)) ON CONFLICT DO NOTHING`,
  );
  const update = database.prepare("UPDATE commands SET state = ? WHERE id = ?");
  const open = database.prepare("SELECT * FROM commands WHERE state IN ('received', 'running') ORDER BY place");
  const remove = database.prepare("DELETE FROM commands WHERE expires < ?");
  return {
    has: (id) => has.get(id) !== undefined,
    add: (claims, state) =>
      transaction(() => insert.run(claims.jti, JSON.stringify(claims), state, claims.exp).changes === 1),
    change: (id, state) => void transaction(() => update.run(state, id)),
    open: () =>
      (open.all() as Row[]).flatMap(({ claims, state }) => {
        const parsed = commandClaimsSchema.safeParse(JSON.parse(claims));
        return parsed.success ? [{ claims: parsed.data, state }] : [];
      }),
    forget: (seconds) => void transaction(() => remove.run(seconds)),
  };
}
