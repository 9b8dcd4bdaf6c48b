/**
 * Whether every text in a JSON value can be kept by PostgreSQL: neither NUL characters nor halves of surrogate pairs, which JSON
 * can write and no text column can hold.
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\u0000");
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, field]) => isStorable(name) && isStorable(field));
}
