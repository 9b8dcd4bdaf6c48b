import type { KioskRow } from "../../../api/contract/kiosks.ts";

/** From this many on, kiosks of one site stand together: one power cut is one story. */
const MANY = 8;

export type Group = { readonly site: string | undefined; readonly kiosks: readonly KioskRow[] };

/** The list in its order; with many kiosks, those of a site with several stand where the site's worst one stands. */
export function groupBySite(kiosks: readonly KioskRow[]): readonly Group[] {
  if (kiosks.length < MANY) return [{ site: undefined, kiosks }];
  const bySite = Map.groupBy(kiosks, ({ site }) => site);
  const groups: { site: string | undefined; kiosks: KioskRow[] }[] = [];
  const done = new Set<string>();
  for (const kiosk of kiosks) {
    const together = bySite.get(kiosk.site) ?? [];
    if (together.length > 1) {
      if (!done.has(kiosk.site)) groups.push({ site: kiosk.site, kiosks: together });
      done.add(kiosk.site);
      continue;
    }
    const last = groups.at(-1);
    if (last && last.site === undefined) last.kiosks.push(kiosk);
    else groups.push({ site: undefined, kiosks: [kiosk] });
  }
  return groups;
}
