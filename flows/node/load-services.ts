import { access, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCALES } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { compileService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { DefinitionError, ServiceSource, SourceFile } from "../compiler/source.ts";

/** The services that come with the kiosk's software. */
export const SERVICES_DIRECTORY = fileURLToPath(new URL("../services", import.meta.url));

/**
 * Loads and compiles every service below `directory`: each folder with a `service.yaml`.
 *
 * @returns all services, in the order of their ids, or every error of every definition.
 */
export async function loadServices(
  directory: string = SERVICES_DIRECTORY,
): Promise<Result<CompiledService[], DefinitionError[]>> {
  const services: CompiledService[] = [];
  const errors: DefinitionError[] = [];
  for (const folder of await serviceFolders(directory)) {
    const compiled = compileService(await readSource(folder));
    if (compiled.ok) services.push(compiled.value);
    else errors.push(...compiled.error);
  }
  if (errors.length > 0) return err(errors);
  return ok(services.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** Folders with a `service.yaml` at or below `directory`. */
export async function serviceFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name === "service.yaml")
    .map((entry) => entry.parentPath)
    .sort();
}

/** Reads one definition's files; names in errors are relative to the working directory. */
export async function readSource(folder: string): Promise<ServiceSource> {
  const texts: { [locale: string]: SourceFile } = {};
  for (const locale of LOCALES) {
    const name = join(folder, `texts.${locale}.yaml`);
    if (await exists(name)) texts[locale] = await readSourceFile(name);
  }
  const receipts = join(folder, "receipts.yaml");
  return {
    service: await readSourceFile(join(folder, "service.yaml")),
    texts,
    ...((await exists(receipts)) ? { receipts: await readSourceFile(receipts) } : {}),
  };
}

async function readSourceFile(path: string): Promise<SourceFile> {
  return { name: relative(process.cwd(), path), text: await readFile(path, "utf8") };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
