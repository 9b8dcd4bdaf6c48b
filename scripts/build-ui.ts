import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..");
export const UI_FOLDER = join(ROOT, "out", "ui");

/** Gzip bytes of all JavaScript of the page (design §10). */
const JS_BUDGET = 60 * 1024;

/** Builds the page into `out/ui` and returns the gzip size of its JavaScript, bytes. */
export async function buildUi(): Promise<number> {
  await build({
    root: join(ROOT, "kiosk", "ui"),
    configFile: false,
    logLevel: "warn",
    // Relative addresses: the same files serve from the runtime's loopback port and from the desktop shell's `app://`.
    base: "./",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: UI_FOLDER,
      emptyOutDir: true,
      sourcemap: false,
      target: "chrome120",
      modulePreload: { polyfill: false },
      // Pictograms go into the style sheet; fonts stay files, because the page's CSP allows no `data:` font.
      assetsInlineLimit: (file) => file.endsWith(".svg"),
    },
  });
  const assets = join(UI_FOLDER, "assets");
  return readdirSync(assets)
    .filter((file) => file.endsWith(".js"))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(assets, file)), { level: 9 }).length, 0);
}

if (import.meta.main) {
  const size = await buildUi();
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  console.log(`out/ui: ${kilobytes(size)} of JavaScript after gzip (budget ${kilobytes(JS_BUDGET)})`);
  const maps = existsSync(UI_FOLDER)
    ? readdirSync(UI_FOLDER, { recursive: true }).filter((file) => String(file).endsWith(".map"))
    : [];
  if (maps.length > 0) throw new Error(`source maps in out/ui: ${maps.join(", ")}`);
  if (size > JS_BUDGET) {
    console.error("The page's JavaScript is over its budget.");
    process.exitCode = 1;
  }
}
