import type { Findings, Session, Table } from "./part.ts";

/** What sessions of a part found, as Markdown, which reads well in a terminal too. @param cases of each session, by its order. */
export function markdown(
  part: string,
  sessions: readonly Session[],
  cases: readonly number[],
  { imbalances, tables, cases: all }: Findings,
): string {
  const verdict = imbalances.length === 0 ? "everything balances" : `**${imbalances.length} imbalances**`;
  const runs: Table = {
    title: "Runs",
    columns: ["day", "seed", "cases", "seconds", "software and machine"],
    rows: sessions.map(({ date, seed, seconds, on }, index) => [
      ...[date, String(seed), cases[index] ?? 0, Math.round(seconds), on],
    ]),
  };
  return [`### ${part}`, `${all.toLocaleString("en")} cases; ${verdict}.`, ...[runs, ...tables].map(oneTable)].join(
    "\n\n",
  );
}

function oneTable({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) =>
    row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)),
  );
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = columns.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (isNumber[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  const [header = [], ...body] = cells;
  return [`${title}:`, "", line(header), rule, ...body.map(line)].join("\n");
}
