import { isNode, LineCounter, parseDocument } from "yaml";
import type { Locale } from "../../base/contracts/view.ts";

/** A file of a definition, as text: whoever loads it decides where it comes from. */
export type SourceFile = { readonly name: string; readonly text: string };

export type ServiceSource = {
  readonly service: SourceFile;
  readonly texts: { readonly [L in Locale]?: SourceFile };
  readonly receipts?: SourceFile;
};

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
};

export type Path = readonly (string | number)[];

/** A YAML file with a memory of its lines. */
export type Source = {
  readonly value: unknown;
  readonly errors: readonly DefinitionError[];
  /** An error at `path`, or at the nearest place above it that exists. */
  readonly at: (path: Path, problem: string, remedy: string) => DefinitionError;
};

export function readYaml(file: SourceFile): Source {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const mistake = (line: number, path: Path, problem: string, remedy: string): DefinitionError => ({
    ...{ file: file.name, line, path: path.join("."), problem, remedy },
  });
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
    errors: document.errors.map(({ pos, message }) =>
      mistake(lineAt(pos[0]), [], message.split("\n")[0] ?? message, "Correct the YAML at this line."),
    ),
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
