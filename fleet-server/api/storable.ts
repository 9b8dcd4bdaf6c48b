/**
 * Whether every text in a JSON value can be kept by PostgreSQL: neither NUL characters nor halves of surrogate pairs, which JSON
 * can write and no text column can hold. However deep the value is: strangers send it.
 */
export function isStorable(value: unknown): boolean {
  const waiting = [value];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next === "string" && (!next.isWellFormed() || next.includes("\u0000"))) return false;
    if (typeof next !== "object" || next === null) continue;
    for (const [name, field] of Object.entries(next)) waiting.push(name, field);
  }
  return true;
}
