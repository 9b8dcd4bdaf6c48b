import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

const PARTS = [
  ...["base", "drivers", "flows", "kiosk", "gateway", "fleet-agent", "fleet-server", "provisioning", "simulators"],
  ...["tests", "scripts"],
];

export type Import = { readonly specifier: string; readonly typeOnly: boolean };

export type Source = {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** A test, or code for tests only (a contract suite, test support): what imports the test framework. */
  readonly isTest: boolean;
};

/** Every TypeScript source of the project. */
export function readSources(): Source[] {
  return PARTS.flatMap((part) => filesUnder(part, /\.tsx?$/)).map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const imports = findImports(text);
    const framework = imports.some(({ specifier }) => specifier === "vitest" || specifier === "fast-check");
    return { path, text, imports, isTest: path.startsWith("tests/") || /\.test\.tsx?$/.test(path) || framework };
  });
}

export function filesUnder(folder: string, name: RegExp): string[] {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules/"));
}

function list(folder: string) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:[^;"']*?\s+from\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;

/** Static, re-exporting and dynamic imports. `import { type A }` with types only counts as type-only too. */
export function findImports(text: string): Import[] {
  const found: Import[] = [];
  for (const [statement, type, specifier = ""] of text.matchAll(STATIC)) {
    const names =
      /\{([^}]*)\}/
        .exec(statement)?.[1]
        ?.split(",")
        .filter((name) => name.trim() !== "") ?? [];
    const onlyTypes =
      names.length > 0 &&
      names.every((name) => /^\s*type\s/.test(name)) &&
      /^[^{]*\b(?:import|export)\s*\{/.test(statement);
    found.push({ specifier, typeOnly: type !== undefined || onlyTypes });
  }
  for (const [, specifier = ""] of text.matchAll(DYNAMIC)) found.push({ specifier, typeOnly: false });
  return found;
}

/** The imported file from the project's root; `undefined` for a package. */
export function resolveImport(importer: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? join(dirname(importer), specifier).replace(/\?.*$/, "") : undefined;
}
