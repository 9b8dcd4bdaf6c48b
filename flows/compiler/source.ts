import { isNode, LineCounter, parseDocument } from "yaml";
import type { Locale } from "../../base/contracts/view.ts";
import { type Language, type Told, told } from "../../base/told.ts";

/** A file of a definition, as text: whoever loads it decides where it comes from. */
export type SourceFile = { readonly name: string; readonly text: string };

/** A file of steps that services use. @property shared whether it lies among the parts of all services. */
export type PartFile = SourceFile & { readonly shared: boolean };

export type ServiceSource = {
  readonly service: SourceFile;
  readonly texts: { readonly [L in Locale]?: SourceFile };
  readonly receipts?: SourceFile;
  /** The parts that the service may use, by name. */
  readonly parts?: { readonly [name: string]: PartFile };
};

/** Where a file is used. */
export type Use = { readonly file: string; readonly line: number };

/** One mistake in a definition, for the person who writes it, in the language in which the definition was read. */
export type DefinitionError = {
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
  /** Place in the file, e.g. `steps.3.next`. */
  readonly path: string;
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Of a mistake in a part: where it is used, and where that is used; the service comes last. */
  readonly usedIn?: readonly Use[];
};

/** What is wrong, and what to do about it. */
export type Words = readonly [problem: Told, remedy: Told];

/** The place of a mistake, and of a part the places where it is used: `parts/x.yaml:3, used in service.yaml:20`. */
export function whereInWords({ file, line, usedIn = [] }: DefinitionError, language: Language = "en"): string {
  return [`${file}:${line}`, ...usedIn.map((use) => useInWords(use)[language])].join(", ");
}

/** Where a part is used. */
export function useInWords({ file, line }: Use): Told {
  return told(`used in ${file}:${line}`, `se usa en ${file}:${line}`);
}

export type Path = readonly (string | number)[];

/** A YAML file with a memory of its lines. */
export type Source = {
  readonly value: unknown;
  readonly errors: readonly DefinitionError[];
  /** An error at `path`, or at the nearest place above it that exists. */
  readonly at: (path: Path, ...words: Words) => DefinitionError;
};

const QUOTES = told(
  'Put the text between quotes: "Lleve: su cédula".',
  'Ponga el texto entre comillas: "Lleve: su cédula".',
);
const COLUMNS = told(
  "Begin the line in the same column as the lines that it belongs to. Use spaces.",
  "Comience la línea en la misma columna que las líneas de su grupo. Use espacios.",
);

/** What the commonest mistakes of YAML are to somebody who does not know its words. */
const IN_WORDS: { readonly [code: string]: Words } = {
  TAB_AS_INDENT: [
    told("the line begins with a tab", "la línea comienza con un tabulador"),
    told(
      "Begin it with spaces, two for each step inwards.",
      "Comiéncela con espacios: dos por cada nivel hacia la derecha.",
    ),
  ],
  BAD_INDENT: [
    told(
      "the line does not begin where its neighbours begin, or a bracket is not closed",
      "la línea no comienza donde comienzan sus vecinas, o falta cerrar un paréntesis",
    ),
    COLUMNS,
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    told(
      "there is a second colon in this line, or the line below begins too far to the right",
      "en esta línea hay un segundo signo de dos puntos, o la línea de abajo comienza muy a la derecha",
    ),
    told(
      `${QUOTES.en} Or begin the line below in the same column.`,
      `${QUOTES.es} O comience la línea de abajo en la misma columna.`,
    ),
  ],
  MULTILINE_IMPLICIT_KEY: [
    told("a colon is missing after a name", "faltan los dos puntos después de un nombre"),
    told(
      "Write the name, a colon, a space, and what it is.",
      "Escriba el nombre, dos puntos, un espacio, y lo que vale.",
    ),
  ],
  MISSING_CHAR: [
    told(
      "something is missing: a dash before an entry of a list, a colon after a name, or a closing quote",
      "algo falta: un guion antes de un elemento de la lista, los dos puntos después de un nombre, o cerrar las comillas",
    ),
    COLUMNS,
  ],
  DUPLICATE_KEY: [
    told("the same name stands here twice", "el mismo nombre está aquí dos veces"),
    told("Remove one of the two, or give it another name.", "Quite uno de los dos, o dele otro nombre."),
  ],
  BAD_SCALAR_START: [told("a text cannot begin with this sign", "un texto no puede comenzar con este signo"), QUOTES],
  UNEXPECTED_TOKEN: [
    told(
      "something stands here that does not belong to the lines around it",
      "aquí hay algo que no corresponde a las líneas de alrededor",
    ),
    COLUMNS,
  ],
};
const UNREADABLE: Words = [
  told("a letter cannot be read", "hay una letra que no se puede leer"),
  told(
    "Save the file as UTF-8; editors have it under “encoding”.",
    "Guarde el archivo como UTF-8; en los editores está en «codificación».",
  ),
];
const UNBOUNDED = told(
  "Write it out, without aliases and less deep.",
  "Escríbalo entero, sin alias (los signos & y *) y con menos niveles.",
);
const REPLACED = "\uFFFD";

/** @param language in which its mistakes are told. */
export function readYaml(file: SourceFile, language: Language = "en"): Source {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const mistake = (line: number, path: Path, problem: Told, remedy: Told): DefinitionError => ({
    ...{ file: file.name, line, path: path.join("."), problem: problem[language], remedy: remedy[language] },
  });
  const foreign = file.text.split("\n").findIndex((line) => line.includes(REPLACED));
  if (foreign !== -1) {
    const at: Source["at"] = (path, ...words) => mistake(foreign + 1, path, ...words);
    return { value: undefined, errors: [at([], ...UNREADABLE)], at };
  }
  const read = parseBounded(file.text, lines);
  if ("unbounded" in read) {
    const at: Source["at"] = (path, ...words) => mistake(1, path, ...words);
    return { value: undefined, errors: [at([], read.unbounded, UNBOUNDED)], at };
  }
  const { document, value } = read;
  const locate = (path: Path): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  return {
    value,
    // Those after the first mostly come of the first.
    errors: document.errors
      .slice(0, 1)
      .map(({ pos, code, message }) => mistake(lineAt(pos[0]), [], ...(IN_WORDS[code] ?? otherwise(message)))),
    at: (path, ...words) => mistake(locate(path), path, ...words),
  };
}

/** A rare mistake: the parser's own words, which are English, say more than none. */
function otherwise(message: string): Words {
  const [first = message] = message.split("\n");
  return [
    told(first, `el archivo no está bien escrito en esta línea (${first})`),
    told(
      "Correct the YAML at this line.",
      "Compare la línea con las de alrededor: columnas, comillas, guiones y dos puntos.",
    ),
  ];
}

/** The document and its value, or what is wrong with one that would take all memory: too many aliases, nested too deep. */
function parseBounded(text: string, lines: LineCounter) {
  try {
    const document = parseDocument(text, { lineCounter: lines });
    return { document, value: document.errors.length === 0 ? document.toJS() : undefined };
  } catch (problem) {
    if (problem instanceof ReferenceError || problem instanceof RangeError)
      return { unbounded: told(problem.message, "el archivo tiene demasiados niveles o demasiados alias") };
    throw problem;
  }
}
