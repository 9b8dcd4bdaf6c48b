import { isNode, LineCounter, parseDocument } from "yaml";
import type { Locale } from "../../base/contracts/view.ts";

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

/** One mistake in a definition, for the person who writes it. */
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

/** The place of a mistake, and of a part the places where it is used: `parts/x.yaml:3, used in service.yaml:20`. */
export function whereInWords({ file, line, usedIn = [] }: DefinitionError): string {
  return [`${file}:${line}`, ...usedIn.map((use) => `used in ${use.file}:${use.line}`)].join(", ");
}

export type Path = readonly (string | number)[];

/** A YAML file with a memory of its lines. */
export type Source = {
  readonly value: unknown;
  readonly errors: readonly DefinitionError[];
  /** An error at `path`, or at the nearest place above it that exists. */
  readonly at: (path: Path, problem: string, remedy: string) => DefinitionError;
};

const QUOTES = 'Put the text between quotes: "Lleve: su cédula".';
const COLUMNS = "Begin the line in the same column as the lines that it belongs to. Use spaces.";

/** What the commonest mistakes of YAML are to somebody who does not know its words. */
const IN_WORDS: { readonly [code: string]: readonly [problem: string, remedy: string] } = {
  TAB_AS_INDENT: ["the line begins with a tab", "Begin it with spaces, two for each step inwards."],
  BAD_INDENT: ["the line does not begin where its neighbours begin, or a bracket is not closed", COLUMNS],
  BLOCK_AS_IMPLICIT_KEY: [
    "there is a second colon in this line, or the line below begins too far to the right",
    `${QUOTES} Or begin the line below in the same column.`,
  ],
  MULTILINE_IMPLICIT_KEY: ["a colon is missing after a name", "Write the name, a colon, a space, and what it is."],
  MISSING_CHAR: [
    "something is missing: a dash before an entry of a list, a colon after a name, or a closing quote",
    COLUMNS,
  ],
  DUPLICATE_KEY: ["the same name stands here twice", "Remove one of the two, or give it another name."],
  BAD_SCALAR_START: ["a text cannot begin with this sign", QUOTES],
  UNEXPECTED_TOKEN: ["something stands here that does not belong to the lines around it", COLUMNS],
};
const REPLACED = "\uFFFD";

export function readYaml(file: SourceFile): Source {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const mistake = (line: number, path: Path, problem: string, remedy: string): DefinitionError => ({
    ...{ file: file.name, line, path: path.join("."), problem, remedy },
  });
  const foreign = file.text.split("\n").findIndex((line) => line.includes(REPLACED));
  if (foreign !== -1) {
    const at: Source["at"] = (path, problem, remedy) => mistake(foreign + 1, path, problem, remedy);
    const unread = at([], "a letter cannot be read", "Save the file as UTF-8; editors have it under “encoding”.");
    return { value: undefined, errors: [unread], at };
  }
  const read = parseBounded(file.text, lines);
  if (typeof read === "string") {
    const at: Source["at"] = (path, problem, remedy) => mistake(1, path, problem, remedy);
    return { value: undefined, errors: [at([], read, "Write it out, without aliases and less deep.")], at };
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
    errors: document.errors.slice(0, 1).map(({ pos, code, message }) => {
      const [problem, remedy] = IN_WORDS[code] ?? [message.split("\n")[0] ?? message, "Correct the YAML at this line."];
      return mistake(lineAt(pos[0]), [], problem, remedy);
    }),
    at: (path, problem, remedy) => mistake(locate(path), path, problem, remedy),
  };
}

/** The document and its value, or what is wrong with one that would take all memory: too many aliases, nested too deep. */
function parseBounded(text: string, lines: LineCounter) {
  try {
    const document = parseDocument(text, { lineCounter: lines });
    return { document, value: document.errors.length === 0 ? document.toJS() : undefined };
  } catch (problem) {
    if (problem instanceof ReferenceError || problem instanceof RangeError) return problem.message;
    throw problem;
  }
}
