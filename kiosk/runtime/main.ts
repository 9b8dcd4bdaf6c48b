import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { createProcessLogger } from "../../base/node/log.ts";
import { err } from "../../base/result.ts";
import { whereInWords } from "../../flows/compiler/source.ts";
import { loadServices } from "../../flows/node/load-services.ts";
import { createSession } from "../../flows/session/session.ts";
import { FACTORIES } from "./drivers.ts";
import { PROVE_PACKAGE, proveInput } from "./packages/prove-apart.ts";
import { runProcess } from "./process.ts";

// The nearest one: the project's from source, the deployable's own in the bundle.
const manifest = findPackageJSON(import.meta.url);
const { version } = JSON.parse(manifest === undefined ? "{}" : readFileSync(manifest, "utf8")) as { version?: string };

/** The services of `directory`, or every mistake in them in words. */
async function services(directory: string) {
  const loaded = await loadServices(directory);
  if (loaded.ok) return loaded;
  return err(
    loaded.error.map((mistake) => ({
      message: `${whereInWords(mistake)} ${mistake.path}: ${mistake.problem} ${mistake.remedy}`,
    })),
  );
}

if (process.argv.includes(PROVE_PACKAGE)) await proveInput();
else
  await runProcess({
    version: version ?? "unknown",
    factories: FACTORIES,
    loadServices: services,
    createSession,
    log: createProcessLogger("runtime"),
  });
