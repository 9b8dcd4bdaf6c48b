import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findImports, ROOT, readSources, resolveImport } from "./sources.ts";

/** The longest prefix that fits says which part a file belongs to. */
const PARTS = [
  "base/node",
  "base",
  "drivers",
  "flows",
  "kiosk/contract",
  "kiosk/runtime",
  "kiosk/shell-electron",
  "kiosk/shell-chromium",
  "kiosk/ui",
  "kiosk/dock",
  "kiosk/preview/panel",
  "kiosk/preview",
  "gateway",
  "fleet-agent",
  "fleet-server/api/contract",
  "fleet-server/console",
  "fleet-server",
  "provisioning/wizard/ui",
  "provisioning",
  "simulators",
  "tests",
  "scripts",
] as const;
type Part = (typeof PARTS)[number];

/** The import table of the design, section 2. `scripts` and `tests` may import everything. */
const MAY_IMPORT: { readonly [P in Part]?: readonly Part[] } = {
  base: [],
  "base/node": ["base"],
  drivers: ["base", "base/node"],
  flows: ["base", "base/node"],
  "kiosk/contract": ["base"],
  "kiosk/runtime": ["base", "base/node", "drivers", "flows", "kiosk/contract"],
  "kiosk/shell-electron": ["base", "base/node", "kiosk/contract"],
  "kiosk/shell-chromium": ["base", "base/node", "kiosk/contract"],
  "kiosk/ui": ["base", "kiosk/contract"],
  "kiosk/dock": ["base", "base/node", "kiosk/contract", "simulators"],
  "kiosk/preview/panel": ["base"],
  "kiosk/preview": ["base", "base/node", "flows", "kiosk/contract", "kiosk/runtime", "kiosk/preview/panel"],
  gateway: ["base", "base/node"],
  "fleet-agent": ["base", "base/node"],
  "fleet-server/api/contract": ["base"],
  "fleet-server/console": ["base", "fleet-server/api/contract"],
  "fleet-server": ["base", "base/node", "fleet-server/api/contract"],
  "provisioning/wizard/ui": ["base"],
  provisioning: ["base", "base/node"],
  simulators: ["base", "base/node"],
};

/** What of another part may be imported by exception, and how. */
const EXCEPTIONS: readonly { from: Part; to: RegExp; typeOnly: boolean }[] = [
  { from: "flows", to: /^drivers\/(?:device|[^/]+\/(?:interface|document))\.ts$/, typeOnly: true },
  { from: "simulators", to: /^drivers\//, typeOnly: false },
  { from: "gateway", to: /^flows\/services\/.*\.(?:yaml|json)$/, typeOnly: false },
];

const BROWSER: readonly string[] = [
  "base",
  "flows",
  "kiosk/contract",
  "kiosk/ui",
  "fleet-server/api/contract",
  "fleet-server/console",
  "provisioning/wizard/ui",
];

const sources = readSources();
const production = sources.filter(({ isTest, path }) => !isTest && !path.startsWith("scripts/"));

function partOf(path: string): Part | undefined {
  return PARTS.find((part) => path.startsWith(`${part}/`));
}

function allowed(path: string, target: string, typeOnly: boolean): boolean {
  const from = partOf(path);
  const to = partOf(target);
  if (from === undefined || to === undefined) return false;
  if (from === to || MAY_IMPORT[from]?.includes(to)) return true;
  return EXCEPTIONS.some((rule) => rule.from === from && rule.to.test(target) && (typeOnly || !rule.typeOnly));
}

test("imports keep to the design's table", () => {
  const forbidden = production.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, typeOnly }) => {
      const target = resolveImport(path, specifier);
      return target === undefined || allowed(path, target, typeOnly) ? [] : [`${path} imports ${target}`];
    }),
  );
  expect(forbidden).toEqual([]);
});

test("no source imports a test or test support", () => {
  const tests = new Set(sources.filter(({ isTest }) => isTest).map(({ path }) => path));
  const wrong = sources
    .filter(({ isTest, path }) => !isTest && !path.startsWith("scripts/"))
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => {
        const target = resolveImport(path, specifier);
        return target !== undefined && tests.has(target) ? [`${path} imports ${target}`] : [];
      }),
    );
  expect(wrong).toEqual([]);
});

test("what runs in a browser or must be pure imports nothing of Node", () => {
  const wrong = production
    .filter(({ path }) => BROWSER.includes(partOf(path) ?? "") && !/^flows\/(?:cli|node)\//.test(path))
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, typeOnly }) =>
        specifier.startsWith("node:") && !typeOnly ? [`${path}: ${specifier}`] : [],
      ),
    );
  expect(wrong).toEqual([]);
});

test("every folder with a public face says in a README what lives there", () => {
  const kinds = subfolders("drivers").filter((folder) => existsSync(join(ROOT, folder, "interface.ts")));
  const faces = [
    ...[
      "base",
      "drivers",
      "flows",
      "kiosk",
      "gateway",
      "fleet-agent",
      "fleet-server",
      "provisioning",
      "simulators",
      "tests",
    ],
    ...kinds,
  ];
  expect(faces.filter((folder) => hasSources(folder) && !existsSync(join(ROOT, folder, "README.md")))).toEqual([]);
});

function subfolders(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);
}

/** A device kind of which only the intents are written has no face yet. */
function hasSources(folder: string): boolean {
  const intents = [`${folder}/interface.ts`, `${folder}/document.ts`];
  return sources.some(({ path }) => path.startsWith(`${folder}/`) && !intents.includes(path));
}

test("the walk sees imports of every form", () => {
  expect(
    findImports(`import a from "./a.ts";
import { type B, type C } from "./b.ts";
import type { D } from "./d.ts";
import { type E, f } from "./e.ts";
import "./g.css";
export * from "./h.ts";
export type { I } from "./i.ts";
import {
  j,
} from "./j.ts";
const k = await import("./k.ts");`),
  ).toEqual([
    { specifier: "./a.ts", typeOnly: false },
    { specifier: "./b.ts", typeOnly: true },
    { specifier: "./d.ts", typeOnly: true },
    { specifier: "./e.ts", typeOnly: false },
    { specifier: "./g.css", typeOnly: false },
    { specifier: "./h.ts", typeOnly: false },
    { specifier: "./i.ts", typeOnly: true },
    { specifier: "./j.ts", typeOnly: false },
    { specifier: "./k.ts", typeOnly: false },
  ]);
});

test("the table refuses what it must refuse", () => {
  expect(allowed("flows/x.ts", "drivers/code-reader/interface.ts", true)).toBe(true);
  expect(allowed("flows/x.ts", "drivers/code-reader/interface.ts", false)).toBe(false);
  expect(allowed("flows/x.ts", "drivers/code-reader/cedula.ts", true)).toBe(false);
  expect(allowed("kiosk/ui/x.tsx", "base/node/system-clock.ts", false)).toBe(false);
  expect(allowed("kiosk/ui/x.tsx", "kiosk/runtime/y.ts", true)).toBe(false);
  expect(allowed("drivers/x.ts", "simulators/y.ts", false)).toBe(false);
  expect(allowed("base/x.ts", "base/node/y.ts", false)).toBe(false);
});
