import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { createProcessLogger } from "../../base/node/log.ts";
import { err } from "../../base/result.ts";
import { loadServices } from "../../flows/node/load-services.ts";
import { createSession } from "../../flows/session/session.ts";
import { FACTORIES } from "./drivers.ts";
import { runProcess } from "./process.ts";

// The nearest one: the project's from source, the deployable's own in the bundle.
const manifest = findPackageJSON(import.meta.url);
const { version } = JSON.parse(manifest === undefined ? "{}" : readFileSync(manifest, "utf8")) as { version?: string };

/** The services of `directory`, or every mistake in them in words. */
async function services(directory: string) {
  const loaded = await loadServices(directory);
  if (loaded.ok) return loaded;
  return err(
    loaded.error.map(({ file, line, path, problem, remedy }) => ({
      message: `${file}:${line} ${path}: ${problem} ${remedy}`,
    })),
  );
}

await runProcess({
  version: version ?? "unknown",
  factories: FACTORIES,
  loadServices: services,
  createSession,
  log: createProcessLogger("runtime"),
});
