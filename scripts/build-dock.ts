import { join } from "node:path";
import { preact } from "@preact/preset-vite";
import { build } from "vite";

const root = join(import.meta.dirname, "..");

/** Builds the dock's page into `out/dock`. */
export async function buildDock(): Promise<void> {
  await build({
    root: join(root, "kiosk", "dock"),
    configFile: false,
    logLevel: "warn",
    plugins: [preact()],
    build: { outDir: join(root, "out", "dock"), emptyOutDir: true },
  });
}
