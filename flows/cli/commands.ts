import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Language, languageOf } from "../../base/told.ts";
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
import { BAD_USAGE, type Output } from "./output.ts";
import { install, keys, pack, verify } from "./package-commands.ts";
import { type DefinitionReport, printReports } from "./report.ts";

const USAGE = `npm run services -- <command>

  new <institution>/<service> [folder]
                          lays down a small service that proves as it stands, below folder (flows/services when absent)
  import-simple <file> <institution>/<service> [folder] [--draft] [--institution "Name"]
                          makes a service of a process that SIMPLE exported; lists in IMPORT.md what a kiosk keeps, replaces, leaves
                          out or must refuse, and writes nothing while something is refused, unless with --draft
  check [path] [--lang es|en]
                          proves every service definition at or below path (flows/services when absent): that it ends, can be
                          left, waits for nothing for ever, loses no money, asks for nothing twice or without consent, can be
                          read, and names its devices. Prints the table of proofs; of what does not hold file, line and the
                          shortest way to the fault, in Spanish or English: without --lang in the machine's language.
                          Tells the parts of all services that none of them uses.
  preview <path> [--port N] [--no-open]
                          shows a service on the kiosk's own screens while it is written: every page, whatever devices and
                          institutions answer. Shows it anew when a file changes
  diagram [path]          writes flow.svg into the folder of every service at or below path: its steps, ways, and what was
                          proved of them
  keys new|show [file]    makes the key by which you sign packages, or shows its public part
  pack <path> [--key file] [--out folder]
                          makes a signed package of a service that is proved
  verify <package> [--author key]
                          says what is in a package, and whether signature, hashes and proofs hold
  install <package> --data folder [--author key]
  install <package> --socket file
                          puts a package into a kiosk's data directory, or has the kiosk that runs take it

  Exit status: 0 all well, 1 something is refused, 64 bad usage.
  docs/write-a-service.md goes through it step by step.`;

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
 * @param lang the environment's `LANG`: what is proved is told in its language.
 * @returns the exit status.
 */
export async function runServices(args: readonly string[], output: Output, lang?: string): Promise<number> {
  if (args[0] === "import-simple") return importSimple(args.slice(1), SCHEMA, output);
  const read = readArguments(args);
  if (typeof read === "string") return output.fail(`${read}\n\n${USAGE}`, BAD_USAGE);
  const { values, positionals } = read;
  const [command = "", ...rest] = positionals;
  if (command === "help" || command === "") return output.fail(USAGE, BAD_USAGE);
  const language = values.lang ?? languageOf(lang);
  if (language !== "es" && language !== "en")
    return output.fail(`"--lang ${language}" is neither es nor en.\n\n${USAGE}`, BAD_USAGE);
  return (
    (await run(command, rest, values, language, output)) ??
    output.fail(`"${args.join(" ")}" is not understood.\n\n${USAGE}`, BAD_USAGE)
  );
}

/** @returns undefined when the words do not make a command. */
async function run(
  command: string,
  words: readonly string[],
  options: { [name in keyof typeof OPTIONS]?: string },
  language: Language,
  output: Output,
): Promise<number | undefined> {
  const [first, second] = words;
  if (words.length > 2) return undefined;
  if (command === "new") return first === undefined ? undefined : begin(first, second ?? SERVICES_DIRECTORY, output);
  if (command === "keys") return await keys(first, second, output);
  if (words.length > 1) return undefined;
  switch (command) {
    case "check":
      return await check(first ?? SERVICES_DIRECTORY, language, output);
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
    return problem instanceof Error ? problem.message : String(problem);
  }
}

async function check(path: string, language: Language, output: Output): Promise<number> {
  const reports = await proved(path, language);
  if (reports.length === 0) return output.fail(`There is no service.yaml at or below ${path}.`, BAD_USAGE);
  const { table, mistakes, holds } = printReports(reports, language);
  output.out(table);
  output.err(mistakes);
  for (const part of await unusedParts(path)) output.say(`${part} is used by no service: remove it, or use it.`);
  return holds ? 0 : 1;
}

async function draw(path: string, output: Output): Promise<number> {
  const reports = await proved(path, "en");
  if (reports.length === 0) return output.fail(`There is no service.yaml at or below ${path}.`, BAD_USAGE);
  for (const { folder, proof } of reports) {
    if (!proof.ok) continue;
    const file = join(folder, "flow.svg");
    writeFileSync(file, diagram(proof.value));
    output.out(`${file}\n`);
  }
  const unread = reports.filter(({ proof }) => !proof.ok);
  return unread.length === 0 ? 0 : output.fail(printReports(unread).mistakes.trim(), 1);
}

function begin(id: string, root: string, output: Output): number {
  const made = newService(id, root, SCHEMA);
  if (!made.ok) return output.fail(made.error, BAD_USAGE);
  const folder = shownPath(made.value);
  output.out(
    `${folder}\nWrite its steps and texts, look at it, and prove it:\n  npm run services -- preview ${folder}\n  npm run services -- check ${folder}\n`,
  );
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

async function proved(path: string, language: Language): Promise<DefinitionReport[]> {
  const folders = await serviceFolders(path).catch(() => []);
  return await Promise.all(
    folders.map(async (folder) => ({
      folder: shownPath(folder),
      proof: proveDefinition(await readSource(folder), language),
    })),
  );
}
