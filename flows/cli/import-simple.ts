import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { type Language, type Told, told } from "../../base/told.ts";
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
  if ("en" in options) return output.fail(options, BAD_USAGE);
  const { file, id, root, draft, institution } = options;
  const folder = join(root, id);
  if (existsSync(folder))
    return output.fail(
      told(
        `${folder} is there already: give the service another name`,
        `${folder} ya existe: dé otro nombre al servicio`,
      ),
      BAD_USAGE,
    );
  const source = contentOf(file);
  if (source === undefined)
    return output.fail(
      told(
        `${file} cannot be read, or has more than ${LARGEST} bytes`,
        `${file} no se puede leer, o tiene más de ${LARGEST} bytes`,
      ),
      BAD_USAGE,
    );
  const exported = readExport(source);
  if (!exported.ok) return output.fail(`${file}: ${exported.error}`, 1);
  const journey = convertProcess(exported.value);
  if (!journey.ok) return output.fail(notesPage(exported.value.nombre, journey.error), 1);
  const { notes } = journey.value;
  const preventing = notes.filter(({ fate }) => fate === "prevents").length;
  if (preventing > 0 && !draft) {
    output.err(`${notesPage(exported.value.nombre, notes)}\n`);
    return output.fail(
      told(
        `Nothing was written: ${preventing} thing(s) stand in the way. With --draft the rest is written.`,
        `No se escribió nada: hay ${preventing} cosa(s) que lo impiden. Con --draft se escribe lo demás.`,
      ),
      1,
    );
  }
  const target = { id, institution, schema: relative(folder, schema) };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(exported.value, journey.value, target)))
    writeFileSync(join(folder, name), text, { flag: "wx" });
  output.say(shownPath(folder));
  output.say(summary(notes));
  return preventing > 0 ? 1 : 0;
}

type Options = {
  readonly file: string;
  readonly id: string;
  readonly root: string;
  readonly draft: boolean;
  readonly institution: string;
};

const FATES: { readonly [F in Note["fate"]]: Told } = {
  prevents: told("prevents", "lo impiden"),
  replaced: told("replaced", "de otra manera"),
  "left-out": told("left-out", "no están"),
  kept: told("kept", "quedan en SIMPLE"),
};

function read(words: readonly string[]): Options | Told {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { draft: { type: "boolean", default: false }, institution: { type: "string" } },
      allowPositionals: true,
    });
    const [file, id, root = SERVICES_DIRECTORY, ...more] = positionals;
    if (file === undefined || id === undefined || more.length > 0)
      return told(
        "import-simple takes a file and <institution>/<service>, and then perhaps a folder",
        "import-simple lleva un archivo y <institución>/<servicio>, y si quiere una carpeta",
      );
    const named = SERVICE_ID.exec(id);
    if (named === null)
      return told(
        `"${id}" is no id: it is <institution>/<service>, in small letters`,
        `"${id}" no sirve de nombre: se escribe <institución>/<servicio>, en minúsculas y sin tildes`,
      );
    return { file, id, root, draft: values.draft, institution: values.institution ?? capital(named[1] ?? "") };
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return told(message, `No se entiende "${words.join(" ")}".`);
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

function summary(notes: readonly Note[]): Told {
  const counts = (language: Language) =>
    (["prevents", "replaced", "left-out", "kept"] as const)
      .map((fate) => [fate, notes.filter((note) => note.fate === fate).length] as const)
      .filter(([, count]) => count > 0)
      .map(([fate, count]) => `${count} ${FATES[fate][language]}`)
      .join(", ");
  return told(
    `Read IMPORT.md (${counts("en") || "all came over as it was"}), translate texts.en.yaml, then: npm run services -- check`,
    `Lea IMPORT.md (${counts("es") || "todo pasó tal como estaba"}), traduzca texts.en.yaml, y luego: npm run services -- check`,
  );
}
