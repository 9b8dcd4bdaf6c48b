import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundleProgram, projectVersion, ROOT } from "./bundle.ts";

export const AGENT_FOLDER = join(ROOT, "out", "agent");
/**
 * Options of Node that a kiosk's supervisor starts the agent with. It waits nearly always, so that memory counts for more than speed:
 * interpreted, it takes 5 MB less than with a compiler at run time.
 */
export const AGENT_NODE_OPTIONS: readonly string[] = ["--jitless", "--optimize-for-size", "--max-semi-space-size=1"];
export const AGENT_ENTRY = join(ROOT, "fleet-agent", "main.ts");

/** Bundles the kiosk's fleet agent. */
export async function buildAgent(
  folder = AGENT_FOLDER,
  version = projectVersion(),
  entry = AGENT_ENTRY,
): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  await bundleProgram({ name: "ventanilla-agent", version, entry, folder, native: ["better-sqlite3"] });
  return folder;
}

if (import.meta.main) console.log(`${await buildAgent()}: node main.js --config FILE`);
