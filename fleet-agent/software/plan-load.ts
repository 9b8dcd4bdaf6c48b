import type { Package } from "./journal.ts";
import type { Current, Step } from "./steps.ts";

/** Came with the release, or was installed at the kiosk: neither is the fleet's, and neither goes when the fleet's packages do. */
function isOwn(version: string): boolean {
  return version === "built-in" || version.startsWith("local ");
}

/**
 * Loads `packages` again when the runtime shows others: it starts with the built-in services, and a package that is no longer
 * wanted goes.
 */
export function planLoad(
  { runtime, journal }: Current,
  packages: Readonly<Record<string, Package>>,
): Extract<Step, { do: "load" }> | undefined {
  if (runtime === undefined) return undefined;
  const shown = new Map(runtime.services.map(({ id, version }) => [id, version]));
  const lacks = Object.entries(packages).some(([id, { version }]) => shown.get(id) !== version);
  const shownTooMuch = [...shown].some(([id, version]) => !isOwn(version) && packages[id] === undefined);
  const forgets = Object.keys(journal.packages).some((id) => packages[id] === undefined);
  return lacks || shownTooMuch || forgets ? { do: "load", packages } : undefined;
}
