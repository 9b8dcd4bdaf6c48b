import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { bundleProgram, projectVersion, ROOT } from "./bundle.ts";

export const RUNTIME_FOLDER = join(ROOT, "out", "runtime");

/** Options of Node that a kiosk's supervisor starts the runtime with: a small young generation costs nothing that anybody sees. */
export const RUNTIME_NODE_OPTIONS = ["--max-semi-space-size=2"] as const;

/** Packages with a native part that the runtime takes along. */
export const RUNTIME_NATIVE = ["better-sqlite3", "@serialport/bindings-cpp", "node-hid", "pcsc-mini"] as const;

/**
 * Bundles the kiosk's runtime, and the services as data.
 *
 * @returns the folder and the bytes in it.
 */
export async function buildRuntime(
  folder = RUNTIME_FOLDER,
  version = projectVersion(),
): Promise<{ folder: string; bytes: number }> {
  rmSync(folder, { recursive: true, force: true });
  await bundleProgram({
    name: "ventanilla-runtime",
    version,
    entry: join(ROOT, "kiosk", "runtime", "main.ts"),
    folder,
    native: RUNTIME_NATIVE,
  });
  cpSync(join(ROOT, "flows", "services"), join(folder, "services"), {
    recursive: true,
    filter: (file) => statSync(file).isDirectory() || extname(file) === ".yaml",
  });
  return { folder, bytes: size(folder) };
}

function size(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(folder, file)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

if (import.meta.main) {
  mkdirSync(dirname(RUNTIME_FOLDER), { recursive: true });
  const { folder, bytes } = await buildRuntime();
  console.log(
    `${folder}: ${(bytes / 1e6).toFixed(1)} MB; node ${RUNTIME_NODE_OPTIONS.join(" ")} main.js --config FILE`,
  );
}
