import type { PGlite } from "@electric-sql/pglite";
import { openEmbedded } from "../../../fleet-server/store/embedded.ts";

/** The embedded database as the server opens it, with a table to fill and one that is rewritten in place. */
export async function openRows(directory: string) {
  const { database, close } = await openEmbedded(directory, {});
  await database.exec(`
    create table if not exists kept (n integer primary key, text text not null);
    create table if not exists total (id integer primary key, n integer not null, filler text not null)`);
  return { database, close };
}

/** Commits row `n`; when it resolves the database has promised to keep it. */
export async function commitRow(database: PGlite, n: number): Promise<void> {
  await database.transaction(async (within) => {
    await within.query("insert into kept values ($1, $2)", [n, String(n).repeat(1 + (n % 500))]);
    await within.query(
      "insert into total values (1, $1, $2) on conflict (id) do update set n = excluded.n, filler = excluded.filler",
      [n, "x".repeat(n % 3_000)],
    );
  });
}

/** The highest committed row, with proof that none before it is missing and that index, table and total agree. */
export async function committedRows(database: PGlite): Promise<number> {
  const { rows } = await database.query<{ highest: number; count: number; sum: number; total: number }>(`
    select coalesce(max(n), 0)::int as highest, count(*)::int as count,
      coalesce(sum((length(text) > 0)::int), 0)::int as sum, coalesce((select n from total), 0) as total from kept`);
  const [row] = rows;
  if (row === undefined || row.highest !== row.count || row.count !== row.sum || row.total !== row.highest)
    throw new Error(`the database is not what was committed: ${JSON.stringify(row)}`);
  return row.highest;
}
