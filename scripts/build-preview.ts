import { join } from "node:path";
import { preact } from "@preact/preset-vite";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..");
export const PREVIEW_FOLDER = join(ROOT, "out", "preview");

/** Builds the panel of the services' preview into `out/preview`. */
export async function buildPreview(): Promise<void> {
  await build({
    root: join(ROOT, "kiosk", "preview", "panel"),
    configFile: false,
    logLevel: "warn",
    plugins: [preact()],
    build: { outDir: PREVIEW_FOLDER, emptyOutDir: true, assetsInlineLimit: 0 },
  });
}
