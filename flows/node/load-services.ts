import { access, readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCALES } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { compileService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { DefinitionError, ServiceSource, SourceFile } from "../compiler/source.ts";

/** The services that come with the kiosk's software. */
export const SERVICES_DIRECTORY = fileURLToPath(new URL("../services", import.meta.url));

/** Bytes of one file; those of a service have some thousands, and reading a map takes time by the square of its entries. */
const LONGEST = 32 * 1024;

/**
 * Loads and compiles every service below `directory`: each folder with a `service.yaml`.
 *
 * @returns all services, in the order of their ids, or every error of every definition.
 */
export async function loadServices(
  directory: string = SERVICES_DIRECTORY,
): Promise<Result<CompiledService[], DefinitionError[]>> {
  try {
    return await load(directory);
  } catch (problem) {
    // Of the file system: a directory that is not there, or goes meanwhile.
    if (!(problem instanceof Error && "code" in problem)) throw problem;
    return err([mistake(directory, problem.message, "See that it is there and can be read.")]);
  }
}

async function load(directory: string): Promise<Result<CompiledService[], DefinitionError[]>> {
  const services: CompiledService[] = [];
  const errors: DefinitionError[] = [];
  for (const folder of await serviceFolders(directory)) {
    const long = await tooLong(folder);
    if (long !== undefined) {
      errors.push(mistake(long, `it is no file of at most ${LONGEST} bytes`, "Make it shorter."));
      continue;
    }
    const source = await readSource(folder);
    const compiled = compileService(source);
    const place = relative(directory, folder).split(sep).join("/");
    if (!compiled.ok) errors.push(...compiled.error);
    // So that no folder, which may have come as a package, stands for another's service.
    else if (compiled.value.id !== place)
      errors.push(
        mistake(source.service.name, `its id is ${compiled.value.id}, its folder ${place}`, "Make them one."),
      );
    else services.push(compiled.value);
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

function mistake(file: string, problem: string, remedy: string): DefinitionError {
  return { file, line: 1, path: "", problem, remedy };
}

/** Compiling takes time in proportion, and nobody is served meanwhile. */
async function tooLong(folder: string): Promise<string | undefined> {
  const names = ["service.yaml", "receipts.yaml", ...LOCALES.map((locale) => `texts.${locale}.yaml`)];
  for (const name of names.map((each) => join(folder, each)))
    if (await exists(name)) {
      const found = await stat(name);
      if (!found.isFile() || found.size > LONGEST) return relative(process.cwd(), name);
    }
  return undefined;
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
