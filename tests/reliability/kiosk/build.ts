import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RUNTIME_NATIVE } from "../../../scripts/build-runtime.ts";
import { bundleProgram, projectVersion, ROOT } from "../../../scripts/bundle.ts";

let built: Promise<string> | undefined;

/** The folder of `runtime-child.ts`, bundled as the runtime itself is deployed, with the services; made once in the life of this process. */
export function runtimeChild(): Promise<string> {
  built ??= build(mkdtempSync(join(tmpdir(), "vr-program-")));
  return built;
}

async function build(folder: string): Promise<string> {
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  await bundleProgram({
    name: "ventanilla-reliability",
    version: projectVersion(),
    entry: join(import.meta.dirname, "runtime-child.ts"),
    folder,
    native: RUNTIME_NATIVE,
  });
  cpSync(join(ROOT, "flows", "services"), join(folder, "services"), {
    recursive: true,
    filter: (file) => !/\.(ts|md)$/.test(file),
  });
  return folder;
}

/** A folder with one of the services in `program` alone, and the parts: to check and compile the others takes half of a start. */
export function folderOf(program: string, service: string): string {
  const folder = join(program, "alone", service.replaceAll("/", "-"));
  for (const name of [service, "parts"])
    cpSync(join(program, "services", name), join(folder, name), { recursive: true });
  return folder;
}

/** Ids of the services that are shipped. */
export function shippedServices(): string[] {
  return globSync(join(ROOT, "flows/services/**/service.yaml"))
    .map((file) => /^id: *(\S+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? file)
    .sort();
}
