import { join } from "node:path";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..");
export const WIZARD_FOLDER = join(ROOT, "out", "wizard");

/** Builds the technician's wizard into `out/wizard`. */
export async function buildWizard(): Promise<void> {
  await build({
    root: join(ROOT, "provisioning", "wizard", "ui"),
    configFile: false,
    logLevel: "warn",
    base: "./",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: WIZARD_FOLDER,
      emptyOutDir: true,
      sourcemap: false,
      target: "chrome120",
      modulePreload: { polyfill: false },
      // Fonts stay files: the page's CSP allows no `data:` font.
      assetsInlineLimit: 0,
    },
  });
}

if (import.meta.main) await buildWizard();
