import { type RawBuilder, sql } from "kysely";

/**
 * Many rows as one parameter, for set-based SQL: `from ${rowsOf(rows, "kiosk text, at bigint")}` is a table `r` with those
 * columns, one row for each object. A member that is missing is null. The same for both drivers, whatever the number of rows.
 */
export function rowsOf(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as r(${sql.raw(columns)})`;
}

/** The ids as one parameter: `where id in ${idsOf(ids)}`. */
export function idsOf(ids: readonly string[]): RawBuilder<string> {
  return sql`(select json_array_elements_text(${JSON.stringify(ids)}::json))`;
}

/** Text that PostgreSQL takes: it refuses NUL and half of a surrogate pair, which JSON allows. */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map((entry) => storable(entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storable(name), storable(member)]));
}
