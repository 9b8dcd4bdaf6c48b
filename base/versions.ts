/**
 * Compares versions of the form `a.b.c` or `a.b.c-label`; one with a label comes before the one without (semantic versioning, 11).
 *
 * @returns below zero when `a` is the older one.
 */
export function compareVersions(a: string, b: string): number {
  const [numbersA = "", labelA] = split(a);
  const [numbersB = "", labelB] = split(b);
  const partsB = numbersB.split(".").map(Number);
  for (const [index, part] of numbersA.split(".").map(Number).entries()) {
    const difference = part - (partsB[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (labelA === labelB) return 0;
  if (labelA === undefined) return 1;
  if (labelB === undefined) return -1;
  return labelA < labelB ? -1 : 1;
}

function split(version: string): [string, string | undefined] {
  const dash = version.indexOf("-");
  return dash < 0 ? [version, undefined] : [version.slice(0, dash), version.slice(dash + 1)];
}
