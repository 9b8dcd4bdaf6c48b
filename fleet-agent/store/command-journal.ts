import type { Database } from "better-sqlite3";
import { type CommandClaims, type CommandReport, commandClaimsSchema } from "../../base/contracts/fleet/command.ts";

export type JournalledCommand = {
  readonly claims: CommandClaims;
  readonly state: CommandReport["state"];
  /** Session of the agent that last changed it. */
  readonly session: number;
};

/** Every command that this kiosk has seen, by its `jti`, so that each is carried out once whatever is sent twice. */
export interface CommandJournal {
  has(id: string): boolean;
  /** `false` when it was there already. */
  add(claims: CommandClaims, state: CommandReport["state"]): boolean;
  change(id: string, state: CommandReport["state"]): void;
  /** What is `received` or `running`, in the order of arrival. */
  open(): readonly JournalledCommand[];
  /** Forgets commands that ended and expired before `seconds` since the Unix epoch: nothing can bring them back. */
  forget(seconds: number): void;
}

type Row = { readonly claims: string; readonly state: CommandReport["state"]; readonly session: number };

export function createCommandJournal(
  database: Database,
  session: number,
  transaction: <T>(work: () => T) => T,
): CommandJournal {
  const has = database.prepare("SELECT 1 FROM commands WHERE id = ?").pluck();
  const insert = database.prepare(
    `INSERT INTO commands (id, claims, state, session, expires, place)
     VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM commands)) ON CONFLICT DO NOTHING`,
  );
  const update = database.prepare("UPDATE commands SET state = ?, session = ? WHERE id = ?");
  const open = database.prepare("SELECT * FROM commands WHERE state IN ('received', 'running') ORDER BY place");
  const remove = database.prepare("DELETE FROM commands WHERE expires < ? AND state NOT IN ('received', 'running')");
  return {
    has: (id) => has.get(id) !== undefined,
    add: (claims, state) =>
      transaction(() => insert.run(claims.jti, JSON.stringify(claims), state, session, claims.exp).changes === 1),
    change: (id, state) => void transaction(() => update.run(state, session, id)),
    open: () =>
      (open.all() as Row[]).map((row) => ({
        claims: commandClaimsSchema.parse(JSON.parse(row.claims)),
        state: row.state,
        session: row.session,
      })),
    forget: (seconds) => void transaction(() => remove.run(seconds)),
  };
}
