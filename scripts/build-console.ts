import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..");
export const CONSOLE_FOLDER = join(ROOT, "out", "console");

/** Gzip bytes of the JavaScript that every visit needs: sign-in, what is wrong now, the list of kiosks, the words of all alerts. */
const JS_BUDGET = 60 * 1024;

/** Gzip bytes of JavaScript: what every visit needs, and all of it with the pages that are fetched when asked for. */
export type ConsoleSize = { readonly first: number; readonly all: number };

/** Builds the operators' console into `out/console`. */
export async function buildConsole(): Promise<ConsoleSize> {
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
  const page = readFileSync(join(CONSOLE_FOLDER, "index.html"), "utf8");
  const assets = join(CONSOLE_FOLDER, "assets");
  const sizes = readdirSync(assets)
    .filter((file) => file.endsWith(".js"))
    .map((file) => ({ file, size: gzipSync(readFileSync(join(assets, file)), { level: 9 }).length }));
  const sum = (some: typeof sizes) => some.reduce((total, { size }) => total + size, 0);
  return { first: sum(sizes.filter(({ file }) => page.includes(file))), all: sum(sizes) };
}

if (import.meta.main) {
  const { first, all } = await buildConsole();
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  console.log(
    `out/console: ${kilobytes(first)} of JavaScript after gzip at first (budget ${kilobytes(JS_BUDGET)}), ${kilobytes(all)} in all`,
  );
  if (first > JS_BUDGET) {
    console.error("The console's JavaScript is over its budget.");
    process.exitCode = 1;
  }
}
