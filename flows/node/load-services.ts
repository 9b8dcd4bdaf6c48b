import { access, readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCALES } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { compileService } from "../compiler/compile.ts";
import { byMenu, type CompiledService } from "../compiler/compiled.ts";
import type { DefinitionError, PartFile, ServiceSource, SourceFile } from "../compiler/source.ts";

/** The services that come with the kiosk's software. */
export const SERVICES_DIRECTORY = fileURLToPath(new URL("../services", import.meta.url));

/** The file of a part; beside a service its name begins with `part.`. */
const PART = /^((?:part\.)?[a-z][a-z0-9-]*)\.yaml$/;

/** Bytes of one file; those of a service have some thousands, and reading a map takes time by the square of its entries. */
export const LONGEST = 32 * 1024;

/**
 * Loads and compiles every service below `directory`: each folder with a `service.yaml`.
 *
 * @returns all services, in the order of the menu, or every error of every definition.
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
  return ok(services.sort(byMenu));
}

/** Folders with a `service.yaml` at or below `directory`. */
export async function serviceFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name === "service.yaml")
    .map((entry) => entry.parentPath)
    .sort();
}

/** The folder of the parts that the services beside `folder`, and those of other institutions, share. */
export function sharedParts(folder: string): string {
  return resolve(folder, "../..", "parts");
}

/** The parts that lie in `directory`, by their names. @param prefix what their files' names begin with. */
export async function partsIn(directory: string, prefix = ""): Promise<Map<string, string>> {
  const names = await readdir(directory).catch(() => []);
  const parts = names.flatMap((name) => {
    const [, part] = PART.exec(name) ?? [];
    return part?.startsWith(prefix) ? [[part.slice(prefix.length), join(directory, name)] as const] : [];
  });
  return new Map(parts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of a folder the parts that its service may use: its own stand before those of all. */
async function partFiles(folder: string): Promise<{ name: string; path: string; shared: boolean }[]> {
  const own = await partsIn(folder, "part.");
  const shared = [...(await partsIn(sharedParts(folder)))].filter(([name]) => !own.has(name));
  return [
    ...[...own].map(([name, path]) => ({ name, path, shared: false })),
    ...shared.map(([name, path]) => ({ name, path, shared: true })),
  ];
}

/** Reads one definition's files; names in errors are as `shownPath` has them. */
export async function readSource(folder: string): Promise<ServiceSource> {
  const texts: { [locale: string]: SourceFile } = {};
  for (const locale of LOCALES) {
    const name = join(folder, `texts.${locale}.yaml`);
    if (await exists(name)) texts[locale] = await readSourceFile(name);
  }
  const receipts = join(folder, "receipts.yaml");
  const parts: { [name: string]: PartFile } = {};
  for (const { name, path, shared } of await partFiles(folder))
    parts[name] = { ...(await readSourceFile(path)), shared };
  return {
    service: await readSourceFile(join(folder, "service.yaml")),
    texts,
    ...((await exists(receipts)) ? { receipts: await readSourceFile(receipts) } : {}),
    ...(Object.keys(parts).length === 0 ? {} : { parts }),
  };
}

/** A path as people read it: short where it lies below the working directory, whole elsewhere. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? resolve(path) : short;
}

function mistake(file: string, problem: string, remedy: string): DefinitionError {
  return { file, line: 1, path: "", problem, remedy };
}

/** Compiling takes time in proportion, and nobody is served meanwhile. */
async function tooLong(folder: string): Promise<string | undefined> {
  const names = ["service.yaml", "receipts.yaml", ...LOCALES.map((locale) => `texts.${locale}.yaml`)];
  const parts = (await partFiles(folder)).map(({ path }) => path);
  for (const name of [...names.map((each) => join(folder, each)), ...parts])
    if (await exists(name)) {
      const found = await stat(name);
      if (!found.isFile() || found.size > LONGEST) return shownPath(name);
    }
  return undefined;
}

async function readSourceFile(path: string): Promise<SourceFile> {
  return { name: shownPath(path), text: await readFile(path, "utf8") };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
