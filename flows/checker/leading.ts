import type { Move, Place, Walk } from "./walk.ts";

/** The places from which moves that `counts` lead to a place that is a `goal`. */
export function leadingTo(
  { places }: Walk,
  goal: (place: Place) => boolean,
  counts: (move: Move) => boolean,
): Set<Place> {
  const before = new Map<Place, Place[]>();
  for (const place of places)
    for (const { move, to } of place.on) {
      if (!counts(move)) continue;
      const known = before.get(to);
      if (known === undefined) before.set(to, [place]);
      else known.push(place);
    }
  const found = new Set(places.filter(goal));
  for (const place of found) for (const earlier of before.get(place) ?? []) found.add(earlier);
  return found;
}

/** The places that moves that `counts` lead to from the start. */
export function reachedBy({ places }: Walk, counts: (move: Move) => boolean): Set<Place> {
  const found = new Set(places.slice(0, 1));
  for (const place of found) for (const { move, to } of place.on) if (counts(move)) found.add(to);
  return found;
}
