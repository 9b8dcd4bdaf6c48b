import { z } from "zod";
import { type Language, type Told, told } from "../../base/told.ts";
import type { RawStep } from "./definition.ts";
import { issues } from "./issues.ts";
import { GIVEN, OUT, type PartDefinition, partSchema } from "./part-schema.ts";
import { type DefinitionError, type PartFile, readYaml, type Source, type Use } from "./source.ts";
import { noText } from "./text-tree.ts";

/** So that parts within parts take neither all memory nor all time. */
export const MOST_STEPS = 500;

/** The file of a part that was read, and what of it was used. */
export type ReadPart = {
  readonly file: Source;
  readonly definition: PartDefinition;
  readonly readParameters: Set<string>;
  readonly takenExits: Set<string>;
};

type Read = { readonly part: ReadPart | undefined; readonly errors: readonly DefinitionError[] };

/** The parts that one service may use. Each file is read once, and what is wrong with it is told where it is used first. */
export class PartFiles {
  readonly #files: { readonly [name: string]: PartFile };
  readonly #language: Language;
  readonly #errors: DefinitionError[];
  readonly #read = new Map<string, Read>();
  readonly #targets = new Map<string, ReadonlyMap<string, string>>();
  readonly #used = new Set<string>();

  constructor(files: { readonly [name: string]: PartFile }, language: Language, errors: DefinitionError[]) {
    this.#files = files;
    this.#language = language;
    this.#errors = errors;
  }

  /** Whether there is a file of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this.#files, name);
  }

  /** What to do when there is none. */
  whereToLook(name: string): Told {
    const names = Object.keys(this.#files).sort();
    const there = (words: string) => (names.length === 0 ? "" : `${words}: ${names.join(", ")}. `);
    return told(
      `${there("There are")}A part is a file part.${name}.yaml beside the service, or ${name}.yaml in the folder "parts" of all services.`,
      `${there("Hay")}Una parte es un archivo part.${name}.yaml junto al servicio, o ${name}.yaml en la carpeta "parts" de todos los servicios.`,
    );
  }

  /** The part `name`, which is used at `usedIn`; `undefined` when its file cannot be read. */
  use(name: string, usedIn: readonly Use[]): ReadPart | undefined {
    const { part, errors } = this.#readOnce(name);
    if (!this.#used.has(name)) this.#errors.push(...errors.map((error) => ({ ...error, usedIn })));
    this.#used.add(name);
    return part;
  }

  /**
   * Of each name in `steps` the step that it means: itself; of a use of a part the first step there. The steps of a part are called
   * `<use>-<step>`.
   */
  targetsIn(steps: readonly RawStep[]): ReadonlyMap<string, string> {
    const targets = new Map<string, string>();
    for (const { id, kind, use } of steps) {
      if (typeof id !== "string" || targets.size > MOST_STEPS) continue;
      if (kind !== "part" || typeof use !== "string") {
        targets.set(id, id);
        continue;
      }
      const inner = [...this.targetsOf(use)];
      if (inner[0] !== undefined) targets.set(id, `${id}-${inner[0][1]}`);
      for (const [name, target] of inner) targets.set(`${id}-${name}`, `${id}-${target}`);
    }
    return targets;
  }

  /** `targetsIn` the steps of the part `name`. */
  targetsOf(name: string): ReadonlyMap<string, string> {
    const known = this.#targets.get(name);
    if (known !== undefined) return known;
    // A part that uses itself is refused elsewhere.
    this.#targets.set(name, new Map());
    const targets = this.targetsIn(this.#readOnce(name).part?.definition.steps ?? []);
    this.#targets.set(name, targets);
    return targets;
  }

  /** What of the parts nobody uses: files of the service itself, parameters and ways out. */
  unused(): DefinitionError[] {
    return Object.entries(this.#files).flatMap(([name, file]) => {
      if (!this.#used.has(name))
        return file.shared
          ? []
          : [
              readYaml(file, this.#language).at(
                [],
                told(`no step uses the part "${name}"`, `ningún paso usa la parte "${name}"`),
                told(`Remove the file, or use it: use: ${name}.`, `Quite el archivo, o úselo: use: ${name}.`),
              ),
            ];
      const part = this.#readOnce(name).part;
      if (part === undefined) return [];
      const { definition, readParameters, takenExits } = part;
      return [
        ...Object.keys(definition.parameters)
          .filter((parameter) => !readParameters.has(parameter))
          .map((parameter) =>
            part.file.at(
              ["parameters", parameter],
              told(`nothing in the part reads "${parameter}"`, `nada en la parte lee "${parameter}"`),
              told(`Remove it, or read it: {{${GIVEN}.${parameter}}}.`, `Quítelo, o léalo: {{${GIVEN}.${parameter}}}.`),
            ),
          ),
        ...definition.exits
          .filter((exit) => !takenExits.has(exit))
          .map((exit) =>
            part.file.at(
              ["exits", definition.exits.indexOf(exit)],
              told(`no step of the part leads to "${exit}"`, `ningún paso de la parte lleva a "${exit}"`),
              told(
                `Remove it, or let a step lead there: go: ${exit}.`,
                `Quítela, o haga que un paso lleve allá: go: ${exit}.`,
              ),
            ),
          ),
      ];
    });
  }

  #readOnce(name: string): Read {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const file = this.has(name) ? this.#files[name] : undefined;
    const read = file === undefined ? { part: undefined, errors: [] } : readPart(name, file, this.#language);
    this.#read.set(name, read);
    return read;
  }
}

function readPart(name: string, file: PartFile, language: Language): Read {
  const source = readYaml(file, language);
  if (source.errors.length > 0) return { part: undefined, errors: source.errors };
  const read = partSchema.safeParse(source.value);
  if (!read.success) return { part: undefined, errors: mistakes(source, read.error) };
  const definition = read.data;
  const errors: DefinitionError[] = [];
  if (definition.part !== name)
    errors.push(
      source.at(
        ["part"],
        told(
          `the file is called "${name}", the part "${definition.part}"`,
          `el archivo se llama "${name}", y la parte "${definition.part}"`,
        ),
        told("Make them one.", "Póngales el mismo nombre."),
      ),
    );
  const taken = new Set<unknown>([OUT, GIVEN]);
  const names = [
    ...definition.steps.map(({ id }, index) => ({ name: id, path: ["steps", index, "id"] })),
    ...definition.exits.map((exit, index) => ({ name: exit, path: ["exits", index] })),
  ];
  for (const { name: one, path } of names) {
    if (taken.has(one)) {
      const problem = told(`"${one}" is taken in the part`, `"${one}" ya es un nombre de la parte`);
      errors.push(source.at(path, problem, told("Give it another name.", "Dele otro nombre.")));
    }
    taken.add(one);
  }
  const part = { file: source, definition, readParameters: new Set<string>(), takenExits: new Set<string>() };
  return { part: errors.length === 0 ? part : undefined, errors };
}

/** What is wrong with a text is told at the text. */
function mistakes(source: Source, { issues: found }: z.ZodError): DefinitionError[] {
  const texts = z.looseObject({ texts: z.record(z.string(), z.unknown()) }).safeParse(source.value).data?.texts ?? {};
  return found.flatMap((issue) => {
    const [field, locale] = issue.path;
    if (field === "texts" && typeof locale === "string") return [noText(source.at, texts[locale], ["texts", locale])];
    return issues(source.at, new z.ZodError([issue]), partSchema, source.value);
  });
}
