import { join } from "node:path";
import { build } from "esbuild";

/** Bundles a program of this folder as the deployable is: it starts in a third of the time, and holds no compiler. */
export async function bundle(name: string): Promise<string> {
  const outfile = join(import.meta.dirname, "../../../../out/test-agent", `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: ["better-sqlite3"],
    minifyWhitespace: true,
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}
