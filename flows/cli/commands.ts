import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { languageOf, type Told, told } from "../../base/told.ts";
import { proveDefinition } from "../checker/prove.ts";
import { usedParts } from "../compiler/parts.ts";
import {
  partsIn,
  readSource,
  SERVICES_DIRECTORY,
  serviceFolders,
  sharedParts,
  shownPath,
} from "../node/load-services.ts";
import { diagram } from "./diagram.ts";
import { importSimple } from "./import-simple.ts";
import { newService } from "./new-service.ts";
import { BAD_USAGE, noService, type Output } from "./output.ts";
import { install, keys, pack, verify } from "./package-commands.ts";
import { type DefinitionReport, printReports } from "./report.ts";
import { USAGE } from "./usage.ts";

/** By which editors complete `service.yaml`; made by `npm run docs`. */
const SCHEMA = fileURLToPath(new URL("../../docs/service-definition.generated.json", import.meta.url));

const OPTIONS = {
  key: { type: "string" },
  out: { type: "string" },
  author: { type: "string" },
  data: { type: "string" },
  socket: { type: "string" },
  lang: { type: "string" },
} as const;

/**
 * `npm run services -- <args>`.
 *
 * @param lang the environment's `LANG`: the author is told everything in its language.
 * @returns the exit status.
 */
export async function runServices(args: readonly string[], output: Output, lang?: string): Promise<number> {
  const machine = output.in(languageOf(lang));
  if (args[0] === "import-simple") return importSimple(args.slice(1), SCHEMA, machine);
  const read = readArguments(args);
  if ("en" in read) return misused(read, machine);
  const { values, positionals } = read;
  const [command = "", ...rest] = positionals;
  if (command === "help" || command === "") return machine.fail(USAGE, BAD_USAGE);
  const language = values.lang ?? machine.language;
  if (language !== "es" && language !== "en")
    return misused(
      told(`"--lang ${language}" is neither es nor en.`, `"--lang ${language}" no es ni es ni en.`),
      machine,
    );
  const words = args.join(" ");
  return (
    (await run(command, rest, values, output.in(language))) ??
    misused(told(`"${words}" is not understood.`, `No se entiende "${words}".`), output.in(language))
  );
}

function misused({ en, es }: Told, output: Output): number {
  return output.fail(told(`${en}\n\n${USAGE.en}`, `${es}\n\n${USAGE.es}`), BAD_USAGE);
}

/** @returns undefined when the words do not make a command. */
async function run(
  command: string,
  words: readonly string[],
  options: { [name in keyof typeof OPTIONS]?: string },
  output: Output,
): Promise<number | undefined> {
  const [first, second] = words;
  if (words.length > 2) return undefined;
  if (command === "new") return first === undefined ? undefined : begin(first, second ?? SERVICES_DIRECTORY, output);
  if (command === "keys") return await keys(first, second, output);
  if (words.length > 1) return undefined;
  switch (command) {
    case "check":
      return await check(first ?? SERVICES_DIRECTORY, output);
    case "diagram":
      return await draw(first ?? SERVICES_DIRECTORY, output);
    case "pack":
      return first === undefined ? undefined : await pack(first, options, output);
    case "verify":
      return first === undefined ? undefined : await verify(first, options, output);
    case "install":
      return first === undefined ? undefined : await install(first, options, output);
    default:
      return undefined;
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return told(message, `No se entiende "${args.join(" ")}".`);
  }
}

async function check(path: string, output: Output): Promise<number> {
  const reports = await proved(path, output.language);
  if (reports.length === 0) return output.fail(noService(path), BAD_USAGE);
  const { table, mistakes, holds } = printReports(reports, output.language);
  output.out(table);
  output.err(mistakes);
  for (const part of await unusedParts(path))
    output.say(
      told(`${part} is used by no service: remove it, or use it.`, `Ningún servicio usa ${part}: quítelo, o úselo.`),
    );
  return holds ? 0 : 1;
}

async function draw(path: string, output: Output): Promise<number> {
  const reports = await proved(path, output.language);
  if (reports.length === 0) return output.fail(noService(path), BAD_USAGE);
  for (const { folder, proof } of reports) {
    if (!proof.ok) continue;
    const file = join(folder, "flow.svg");
    writeFileSync(file, diagram(proof.value));
    output.out(`${file}\n`);
  }
  const unread = reports.filter(({ proof }) => !proof.ok);
  return unread.length === 0 ? 0 : output.fail(printReports(unread, output.language).mistakes.trim(), 1);
}

function begin(id: string, root: string, output: Output): number {
  const made = newService(id, root, SCHEMA);
  if (!made.ok) return output.fail(made.error, BAD_USAGE);
  const folder = shownPath(made.value);
  output.say(folder);
  output.say(
    told("Write its steps and texts, look at it, and prove it:", "Escriba sus pasos y textos, véalo, y revíselo:"),
  );
  output.say(`  npm run services -- preview ${folder}\n  npm run services -- check ${folder}`);
  return 0;
}

/** The shared parts below `path` that no service there uses. */
async function unusedParts(path: string): Promise<string[]> {
  const unused = new Set<string>();
  const used = new Set<string>();
  for (const folder of await serviceFolders(path)) {
    const directory = sharedParts(folder);
    if (relative(resolve(path), directory).startsWith("..")) continue;
    for (const file of (await partsIn(directory)).values()) unused.add(file);
    const source = await readSource(folder);
    for (const name of usedParts(source)) if (source.parts?.[name]?.shared) used.add(join(directory, `${name}.yaml`));
  }
  return [...unused].filter((file) => !used.has(file)).map(shownPath);
}

async function proved(path: string, language: Output["language"]): Promise<DefinitionReport[]> {
  const folders = await serviceFolders(path).catch(() => []);
  return await Promise.all(
    folders.map(async (folder) => ({
      folder: shownPath(folder),
      proof: proveDefinition(await readSource(folder), language),
    })),
  );
}
