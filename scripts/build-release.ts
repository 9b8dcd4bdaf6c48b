import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { type ReleaseManifest, releaseManifestSchema } from "../base/contracts/fleet/release.ts";
import { filesBelow, packArchive } from "../base/node/archive/pack.ts";
import { releasePath } from "../fleet-server/repository/packages.ts";
import { AGENT_ENTRY, AGENT_NODE_OPTIONS, buildAgent } from "./build-agent.ts";
import { buildRuntime, RUNTIME_NODE_OPTIONS } from "./build-runtime.ts";
import { buildUi, UI_FOLDER } from "./build-ui.ts";
import { bundleProgram, projectVersion, ROOT } from "./bundle.ts";

export type ReleaseOptions = {
  readonly version: string;
  /** Directory that the archive is written to; made when it is missing. */
  readonly output: string;
  /** Main program of the agent; `fleet-agent/main.ts` unless given. */
  readonly agentEntry?: string;
};

/**
 * Builds everything that a kiosk runs (runtime with services, agent, page, shell for Chromium) for this machine's platform into one
 * archive. The same sources and the same version give the same bytes.
 *
 * @returns the archive's file.
 * @throws ZodError when the version is none.
 */
export async function buildRelease({ version, output, agentEntry = AGENT_ENTRY }: ReleaseOptions): Promise<string> {
  const manifest: ReleaseManifest = releaseManifestSchema.parse({
    version,
    platform: `${process.platform}-${process.arch}`,
    parts: {
      runtime: { program: "runtime/main.js", nodeOptions: [...RUNTIME_NODE_OPTIONS] },
      agent: { program: "agent/main.js", nodeOptions: [...AGENT_NODE_OPTIONS] },
      shell: { program: "shell/main.js", nodeOptions: [] },
    },
  });
  const stage = mkdtempSync(join(tmpdir(), "ventanilla-release-"));
  try {
    await buildRuntime(join(stage, "runtime"), version);
    await buildAgent(join(stage, "agent"), version, agentEntry);
    await bundleProgram({
      name: "ventanilla-shell",
      version,
      entry: join(ROOT, "kiosk", "shell-chromium", "main.ts"),
      folder: join(stage, "shell"),
      native: [],
    });
    await buildUi();
    cpSync(UI_FOLDER, join(stage, "ui"), { recursive: true });
    writeFileSync(join(stage, "release.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    mkdirSync(output, { recursive: true });
    const file = join(output, basename(releasePath(manifest)));
    await packArchive(await filesBelow(stage), file);
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      version: { type: "string", default: projectVersion() },
      output: { type: "string", default: join(ROOT, "out", "releases") },
      "agent-entry": { type: "string", default: AGENT_ENTRY },
    },
  });
  console.log(await buildRelease({ ...values, agentEntry: values["agent-entry"] }));
}
