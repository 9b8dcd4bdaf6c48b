import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { build, type Plugin } from "esbuild";

export const ROOT = join(import.meta.dirname, "..");
const MODULES = join(ROOT, "node_modules");

/** What the headers of a native part are for: building it, which nobody does here. */
const BUILD_ONLY = new Set(["node-addon-api"]);
/** What a package runs on; its sources, its documents and its tests are none of it. */
const RUN_TIME_FILES = new Set([".js", ".cjs", ".mjs", ".json", ".node"]);

export type Bundle = {
  /** Name of the package that the folder becomes, e.g. `ventanilla-runtime`. */
  readonly name: string;
  readonly version: string;
  /** Main program, TypeScript. */
  readonly entry: string;
  readonly folder: string;
  /** Packages with a native part: they find it beside themselves, so that they stay packages. */
  readonly native: readonly string[];
};

/** The version in `package.json`. */
export function projectVersion(): string {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;
}

/**
 * Bundles a Node program so that its folder carries only what it imports: `main.js`, its native packages with the builds for this
 * machine's platform, and a `package.json` that names the version. The same sources give the same bytes.
 */
export async function bundleProgram({ name, version, entry, folder, native }: Bundle): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: entry },
    outdir: folder,
    // What is imported when it is needed lies in files of its own, which cost no memory before.
    splitting: true,
    chunkNames: "[name]-[hash]",
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: [...native],
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "external",
    plugins: [zodByMember],
    logLevel: "warning",
    // What came as CommonJS asks for Node's modules by `require`, which an ECMAScript module does not have.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  for (const path of closure(native)) copyPackage(path, folder);
  const { license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = { name, version, license, private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * zod hands itself out as one object with everything in it, of which esbuild cannot leave anything out: not the error texts in fifty
 * languages, not JSON Schema. Asked for as a namespace it gives what is used, which spares each process 4 MB of memory.
 */
const zodByMember: Plugin = {
  name: "zod-by-member",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^import \{ z \} from "zod";$/m, 'import * as z from "zod";'),
      loader: "ts",
    }));
  },
};

/** Folders, below `node_modules`, of `names` and all that they need at run time; what lies inside a package comes with it. */
function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (BUILD_ONLY.has(basename(path)) || found.has(path)) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(MODULES, path, "package.json"), "utf8"),
    );
    // Builds for machines of which this one is not are optional, and were not installed.
    const installed = Object.keys(optionalDependencies).filter((name) => existsSync(join(MODULES, name)));
    for (const dependency of [...Object.keys(dependencies), ...installed]) {
      const inside = join(path, "node_modules", dependency);
      visit(existsSync(join(MODULES, inside)) ? inside : dependency);
    }
  };
  for (const name of names) visit(name);
  return new Set([...found].filter((path) => !path.includes("/node_modules/")));
}

function copyPackage(name: string, folder: string): void {
  const from = join(MODULES, name);
  cpSync(from, join(folder, "node_modules", name), {
    recursive: true,
    filter: (file) => (statSync(file).isDirectory() ? wanted(file.slice(from.length)) : carried(file)),
  });
}

/** Whether a directory of a package, relative to it, may hold something to run here. */
function wanted(path: string): boolean {
  if (/^\/(src|deps|node_modules\/(?:node-addon-api|\.bin))$/.test(path)) return false;
  return !/^\/prebuilds\/./.test(path) || path.includes(`${process.platform}-${process.arch}`);
}

function carried(file: string): boolean {
  if (basename(file).startsWith("LICENSE")) return true;
  if (!RUN_TIME_FILES.has(extname(file))) return false;
  return basename(dirname(file)) !== "prebuilds" || basename(file).startsWith(`${process.platform}-${process.arch}.`);
}
