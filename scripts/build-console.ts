import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..");
export const CONSOLE_FOLDER = join(ROOT, "out", "console");

/** Gzip bytes of all JavaScript of the console. */
const JS_BUDGET = 60 * 1024;

/** Builds the operators' console into `out/console` and returns the gzip size of its JavaScript, bytes. */
export async function buildConsole(): Promise<number> {
  await build({
    root: join(ROOT, "fleet-server", "console"),
    configFile: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: CONSOLE_FOLDER,
      emptyOutDir: true,
      sourcemap: false,
      // The first with `light-dark()`, `Map.groupBy` and `AbortSignal.any`.
      target: "chrome123",
      modulePreload: { polyfill: false },
      // Pictograms go into the style sheet; fonts stay files, because the console's CSP allows no `data:` font.
      assetsInlineLimit: (file) => file.endsWith(".svg"),
    },
  });
  const assets = join(CONSOLE_FOLDER, "assets");
  return readdirSync(assets)
    .filter((file) => file.endsWith(".js"))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(assets, file)), { level: 9 }).length, 0);
}

if (import.meta.main) {
  const size = await buildConsole();
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  console.log(`out/console: ${kilobytes(size)} of JavaScript after gzip (budget ${kilobytes(JS_BUDGET)})`);
  if (size > JS_BUDGET) {
    console.error("The console's JavaScript is over its budget.");
    process.exitCode = 1;
  }
}
