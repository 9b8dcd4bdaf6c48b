import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeDurably } from "../../base/node/durable-file.ts";
import { openPackage, publicKeyOf } from "../../base/node/service-package.ts";
import { assertOk } from "../../base/result.ts";
import { authorKey, type PackedOptions, packed } from "../cli/testing.ts";
import { PackageStore, type PackageStoreOptions } from "./package-store.ts";
import { provePackage } from "./prove-package.ts";

const KEY = authorKey();
const FILE = "municipalidad.permiso-feria.service.json";
let folder: string;
let proofs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ventanilla-store-"));
  proofs = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function store(changes: Partial<PackageStoreOptions> = {}): PackageStore {
  return new PackageStore({
    ...{ directory: join(folder, "services"), authors: [publicKeyOf(KEY)], release: "0.1.0" },
    prove: async (opened) => {
      proofs++;
      return provePackage(opened);
    },
    ...changes,
  });
}

function file(options: Partial<PackedOptions> = {}): string {
  const path = join(folder, "given.json");
  writeFileSync(path, packed({ key: KEY, ...options }));
  return path;
}

async function offered(one = store()): Promise<string[]> {
  return (await one.read()).ready.map(({ service, version }) => `${service.id} ${version}`);
}

test("what is installed is offered at the next start without another proof", async () => {
  assertOk(await store().install(file()), "installing");
  expect(await offered()).toEqual(["municipalidad/permiso-feria 1.0.0"]);
  expect(proofs).toBe(1);
});

test("another release of the software proves again before it offers", async () => {
  assertOk(await store().install(file()), "installing");
  const later = store({ release: "0.2.0" });
  const { ready, unproved } = await later.read();
  expect(ready).toEqual([]);
  assertOk(await later.prove(unproved[0] ?? expect.unreachable()), "proving");
  expect(await offered(later)).toEqual(["municipalidad/permiso-feria 1.0.0"]);
  expect(proofs).toBe(2);
});

const DOUBLE = (files: { readonly [name: string]: string }) => ({
  ...files,
  "service.yaml": `${files["service.yaml"]}\n  - id: lost\n    kind: finish\n`,
  "texts.es.yaml": `${files["texts.es.yaml"]}\nlost:\n  title: x\n  body: x\n`,
  "texts.en.yaml": `${files["texts.en.yaml"]}\nlost:\n  title: x\n  body: x\n`,
});

test.each<[string, Partial<PackedOptions>, string, RegExp]>([
  ["is signed by somebody else", { key: authorKey() }, "service.package-untrusted", /[0-9a-f]{64}/],
  ["is not proved", { edit: DOUBLE }, "service.package-unproved", /ends\.unreachable-step: service\.yaml:22/],
  [
    "cannot be read",
    { edit: (files) => ({ ...files, "texts.en.yaml": "a: [" }) },
    "service.package-unproved",
    /texts\.en\.yaml:1/,
  ],
  ["needs a later release", { manifest: { needsRelease: "9.0.0" } }, "service.package-too-new", /9\.0\.0/],
  ["has a step that is not known", { manifest: { steps: ["teleport"] } }, "service.package-too-new", /teleport/],
  [
    "says another version than its definition",
    { manifest: { version: "3.0.0" } },
    "service.package-damaged",
    /1\.0\.0/,
  ],
  [
    "has a file that no loader would take",
    { edit: (files) => ({ ...files, "texts.en.yaml": `${files["texts.en.yaml"]}#${"x".repeat(40_000)}` }) },
    "service.package-damaged",
    /texts\.en\.yaml/,
  ],
])("a package that %s is refused, and nothing is stored", async (_why, options, code, message) => {
  expect(await store().install(file(options))).toMatchObject({
    ok: false,
    error: { code, message: expect.stringMatching(message) },
  });
  expect(await offered()).toEqual([]);
  expect(readdirSync(folder)).not.toContain("services");
});

test("a version goes up only, and is given once", async () => {
  assertOk(await store().install(file({ version: "1.1.0" })), "installing");
  const older = await store().install(file({ version: "1.0.0" }));
  expect(older).toMatchObject({ error: { code: "service.package-older" } });
  const other = (files: { readonly [name: string]: string }) => ({
    ...files,
    "texts.en.yaml": `${files["texts.en.yaml"]}\n`,
  });
  const same = await store().install(file({ version: "1.1.0", edit: other }));
  expect(same).toMatchObject({ error: { code: "service.package-older" } });
  assertOk(await store().install(file({ version: "1.1.0" })), "the same again");
  assertOk(await store().install(file({ version: "1.2.0", edit: other })), "the next one");
  expect(await offered()).toEqual(["municipalidad/permiso-feria 1.2.0"]);
  expect(readdirSync(join(folder, "services"))).toHaveLength(2);
});

test("a changed byte, wherever it is, makes it no package", () => {
  const text = packed({ key: KEY });
  const bytes = Buffer.from(text);
  const opened = bytes.map((_, at) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    return openPackage(changed.toString()).ok ? 1 : 0;
  });
  expect(opened.filter((one) => one === 1)).toEqual(Buffer.from([]));
});

test.each([
  ["a text", (text: string) => text.replace("Gratis", "Gratis!"), "texts.es.yaml is not the file that was signed"],
  ["a file that is gone", (text: string) => text.replace(/"texts.en.yaml":"[^0-9a-f].*?",/, ""), "texts.en.yaml"],
  ["the manifest", (text: string) => text.replace('"version":"1.0.0"', '"version":"1.0.1"'), "manifest of"],
  ["a space at the end", (text: string) => `${text} `, "not those that were packed"],
  ["other JSON", () => "{}", "manifest"],
  ["no JSON", () => "PK", "no service package"],
])("who opens a changed package is told what was changed: %s", (_what, change, told) => {
  const opened = openPackage(change(packed({ key: KEY })));
  expect(opened).toMatchObject({ ok: false, error: { message: expect.stringContaining(told) } });
});

test("a package that is changed in the store is told of and not offered; the others are", async () => {
  assertOk(await store().install(file({ service: "municipalidad/otro" })), "installing");
  writeFileSync(join(folder, "services", FILE), packed({ key: KEY }).replace("Gratis", "Gratuito"));
  const { refused } = await store().read();
  expect(refused).toMatchObject([{ file: FILE, error: { code: "service.package-damaged" } }]);
  expect(await offered()).toEqual(["municipalidad/otro 1.0.0"]);
});

/** The power goes: before a write, in the middle of it, or right after it. */
const CUTS = [0, 1].flatMap((write) => (["before", "half", "after"] as const).map((when) => ({ write, when })));

test.each(CUTS)(
  "the power goes $when write $write of an installation: the old service is there, or the new one",
  async ({ write: cut, when }) => {
    assertOk(await store().install(file({ version: "1.0.0" })), "the old one");
    let count = 0;
    const write = async (path: string, content: string) => {
      const now = count++ === cut;
      if (now && when === "half") writeFileSync(`${path}.new`, content.slice(0, 100));
      if (!now || when === "after") await writeDurably(path, content);
      if (now) throw new Error("the power is gone");
    };
    await expect(store({ write }).install(file({ version: "2.0.0" }))).rejects.toThrow("power");
    const done = cut === 1 && when === "after";
    expect(await offered()).toEqual([`municipalidad/permiso-feria ${done ? "2.0.0" : "1.0.0"}`]);
    assertOk(await store().install(file({ version: "2.0.0" })), "again");
    expect(await offered()).toEqual(["municipalidad/permiso-feria 2.0.0"]);
    expect(JSON.parse(await readFile(join(folder, "services", FILE), "utf8")).manifest.version).toBe("2.0.0");
  },
);
