/** What an entry says further, on one line: `name=value`, texts bare, everything else as JSON. */
export function detailsText(details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? "–" : parts.join("  ");
}
