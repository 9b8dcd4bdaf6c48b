import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { SERVICES_DIRECTORY, shownPath } from "../node/load-services.ts";
import { convertProcess } from "../simple/convert.ts";
import { readExport } from "../simple/export.ts";
import { type Note, notesPage } from "../simple/note.ts";
import { filesOf } from "../simple/write.ts";
import { SERVICE_ID } from "./new-service.ts";
import { BAD_USAGE, type Output } from "./output.ts";

/** Bytes; an export of a large process has some hundred thousands. */
const LARGEST = 16 * 1024 * 1024;

/**
 * `services -- import-simple <file> <institution>/<service> [folder]`.
 *
 * @param schema the JSON Schema by which editors complete `service.yaml`.
 * @returns the exit status: 0 written, 1 something stands in the way, 64 bad usage.
 */
export function importSimple(words: readonly string[], schema: string, output: Output): number {
  const options = read(words);
  if (typeof options === "string") return output.fail(options, BAD_USAGE);
  const { file, id, root, draft, institution } = options;
  const folder = join(root, id);
  if (existsSync(folder)) return output.fail(`${folder} is there already: give the service another name`, BAD_USAGE);
  const source = contentOf(file);
  if (source === undefined) return output.fail(`${file} cannot be read, or has more than ${LARGEST} bytes`, BAD_USAGE);
  const exported = readExport(source);
  if (!exported.ok) return output.fail(`${file}: ${exported.error}`, 1);
  const journey = convertProcess(exported.value);
  if (!journey.ok) return output.fail(notesPage(exported.value.nombre, journey.error), 1);
  const { notes } = journey.value;
  const preventing = notes.filter(({ fate }) => fate === "prevents").length;
  if (preventing > 0 && !draft)
    return output.fail(
      `${notesPage(exported.value.nombre, notes)}\nNothing was written: ${preventing} thing(s) stand in the way. With --draft the rest is written.`,
      1,
    );
  const target = { id, institution, schema: relative(folder, schema) };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(exported.value, journey.value, target)))
    writeFileSync(join(folder, name), text, { flag: "wx" });
  output.out(`${shownPath(folder)}\n${summary(notes)}`);
  return preventing > 0 ? 1 : 0;
}

function read(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { draft: { type: "boolean", default: false }, institution: { type: "string" } },
      allowPositionals: true,
    });
    const [file, id, root = SERVICES_DIRECTORY, ...more] = positionals;
    if (file === undefined || id === undefined || more.length > 0)
      return "import-simple takes a file and <institution>/<service>, and then perhaps a folder";
    const named = SERVICE_ID.exec(id);
    if (named === null) return `"${id}" is no id: it is <institution>/<service>, in small letters`;
    return { file, id, root, draft: values.draft, institution: values.institution ?? capital(named[1] ?? "") };
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function contentOf(file: string): string | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.length > LARGEST ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

function summary(notes: readonly Note[]): string {
  const counts = (["prevents", "replaced", "left-out", "kept"] as const)
    .map((fate) => [fate, notes.filter((note) => note.fate === fate).length] as const)
    .filter(([, count]) => count > 0)
    .map(([fate, count]) => `${count} ${fate}`);
  return `Read IMPORT.md (${counts.join(", ") || "all came over as it was"}), translate texts.en.yaml, then: npm run services -- check\n`;
}
