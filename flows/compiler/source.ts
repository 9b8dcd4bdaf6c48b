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
  const document = parseDocument(file.text, { lineCounter: lines });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const locate = (path: Path): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  return {
    value: document.errors.length === 0 ? document.toJS() : undefined,
    errors: document.errors.map((error) => ({
      file: file.name,
      line: lineAt(error.pos[0]),
      path: "",
      problem: error.message.split("\n")[0] ?? error.message,
      remedy: "Correct the YAML at this line.",
    })),
    at: (path, problem, remedy) => ({ file: file.name, line: locate(path), path: path.join("."), problem, remedy }),
  };
}
