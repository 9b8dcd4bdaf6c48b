import { join, resolve } from "node:path";
import { build, type BuildOptions as EsbuildOptions } from "esbuild";

const SOURCE = import.meta.dirname;
const OUT = resolve(SOURCE, "../../out/shell-electron");

export type BuildOptions = {
  /** Where `main.js` and `preload.cjs` go; default `out/shell-electron`. */
  readonly directory?: string;
  /** Lets a test driver attach (debugger, no sandbox as root). Never in a package. */
  readonly testBuild?: boolean;
};

/**
 * Bundles the shell. The preload must be one CommonJS file, because a sandboxed preload can load nothing of its own.
 *
 * @returns the directory.
 */
export async function buildShell({ directory = OUT, testBuild = false }: BuildOptions = {}): Promise<string> {
  const common = {
    bundle: true,
    external: ["electron"],
    charset: "utf8",
    logLevel: "warning",
  } satisfies EsbuildOptions;
  await Promise.all([
    build({
      ...common,
      entryPoints: [join(SOURCE, "main.ts")],
      outfile: join(directory, "main.js"),
      platform: "node",
      target: "node24",
      format: "esm",
      define: { TEST_BUILD: String(testBuild) },
      // What came as CommonJS asks for Node's modules by `require`, which an ECMAScript module does not have.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    }),
    build({
      ...common,
      entryPoints: [join(SOURCE, "preload.ts")],
      outfile: join(directory, "preload.cjs"),
      platform: "browser",
      target: "chrome150",
      format: "cjs",
    }),
  ]);
  return directory;
}

if (import.meta.main) await buildShell();
