import { COMMUNES, type Commune } from "./communes.ts";

/** Letters by which names are compared: without accents, case, spaces and signs. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
}

const PLAIN: readonly (readonly [string, Commune])[] = COMMUNES.map((commune) => [plain(commune.name), commune]);

/** Fewer letters say nothing. */
export const FEWEST_LETTERS = 3;

/**
 * The communes that `typed` may mean, the likeliest first: those that are called so; else that begin so; then those that hold it, or
 * are held by it (`La Calera` for Calera); when there is none, those that are one letter away (`Coyhaique` for Coihaique).
 */
export function findCommunes(typed: string): Commune[] {
  const wanted = plain(typed);
  if (wanted.length < FEWEST_LETTERS) return [];
  const ranks: Commune[][] = [[], [], []];
  for (const [name, commune] of PLAIN) {
    const rank = name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : -1;
    ranks[rank]?.push(commune);
  }
  const found = ranks.flat();
  if (found.length > 0) return found;
  const held = PLAIN.filter(([name]) => name.length > FEWEST_LETTERS && wanted.includes(name));
  if (held.length > 0) return held.map(([, commune]) => commune);
  return PLAIN.filter(([name]) => isOneAway(name, wanted)).map(([, commune]) => commune);
}

/** Whether one letter added, left out or changed makes one of the other. */
function isOneAway(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(long.length === short.length ? at + 1 : at) === long.slice(at + 1);
}
