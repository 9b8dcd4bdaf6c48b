import { expect, test } from "vitest";
import type { KioskRow } from "../../../api/contract/kiosks.ts";
import { groupBySite } from "./grouping.ts";

const kiosk = (id: string, site: string): KioskRow => ({
  id,
  place: id,
  site,
  ring: "general",
  tags: [],
  condition: "warning",
  connected: true,
  lastSeen: 0,
  service: "degraded",
  release: "1.0.0",
  update: null,
  alerts: [],
});
const told = (kiosks: readonly KioskRow[]) =>
  groupBySite(kiosks).map(({ site, kiosks: together }) => `${site ?? "-"}: ${together.map(({ id }) => id).join(" ")}`);

test("a few kiosks stay one list in the server's order", () => {
  expect(told([kiosk("a", "x"), kiosk("b", "y"), kiosk("c", "x")])).toEqual(["-: a b c"]);
});

test("with many, a site with several stands together where its worst kiosk stands", () => {
  const many = ["a:1", "b:x", "c:2", "d:x", "e:3", "f:4", "g:y", "h:y"].map((pair) => {
    const [id = "", site = ""] = pair.split(":");
    return kiosk(id, site);
  });
  expect(told(many)).toEqual(["-: a", "x: b d", "-: c e f", "y: g h"]);
});
