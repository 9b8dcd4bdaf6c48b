import { expect, test } from "vitest";
import { COMMAND_NAMES } from "../../../base/contracts/fleet/command.ts";
import { adminEn } from "./admin-en.ts";
import { adminEs } from "./admin-es.ts";
import { en as commonEn } from "./en.ts";
import { es as commonEs } from "./es.ts";
import { kioskEn } from "./kiosk-en.ts";
import { kioskEs } from "./kiosk-es.ts";
import { releasesEn } from "./releases-en.ts";
import { releasesEs } from "./releases-es.ts";

const es = { common: commonEs, kiosk: kioskEs, releases: releasesEs, admin: adminEs };
const en = { common: commonEn, kiosk: kioskEn, releases: releasesEn, admin: adminEn };

function leaves(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [2, 1, 0].map((count) => [`${path}(${count})`, String(value(count, 3))]);
  return Object.entries(value ?? {}).flatMap(([key, child]) => leaves(child, `${path}/${key}`));
}

test.each([
  ["es", es],
  ["en", en],
])("every text in %s says something", (_name, texts) => {
  for (const [path, text] of leaves(texts)) expect(text.trim(), path).not.toBe("");
});

test("English has exactly the texts of Spanish", () => {
  expect(leaves(en).map(([path]) => path)).toEqual(leaves(es).map(([path]) => path));
});

test("what is said in both languages alike is a name, not a text left untranslated", () => {
  const english = new Map(leaves(en));
  const same = leaves(es).filter(
    ([path, text]) => english.get(path) === text && /[a-záéíóúñ]{4,} [a-z]{2,}/i.test(text),
  );
  expect(same).toEqual([]);
});

test("every command of the closed list says what citizens will notice", () => {
  expect(Object.keys(kioskEs.notices).sort()).toEqual([...COMMAND_NAMES].sort());
});
