import { err, ok, type Result } from "../../../base/result.ts";

/** An element by its local name: makers write other prefixes, and some other namespaces, for the same thing. */
export type XmlElement = {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, without surrounding white space. */
  readonly text: string;
};

type Open = { readonly qualified: string; readonly children: XmlElement[]; text: string };

/** Deeper than what scanners say of themselves. */
const MOST_DEPTH = 40;
const NAME = /^[^\s/<>="'&:!?]+(?::[^\s/<>="'&:!?]+)?/;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * A small reader of XML as scanners speak it: elements and text; attributes are passed over. No document type, and so no entities but those
 * that XML has by itself. Its work grows with the length of the source and with nothing else.
 *
 * @returns the root element, or what is wrong in English words.
 */
export function readXml(source: string): Result<XmlElement, string> {
  return new Reader(source).read();
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** Every element of that name inside, at any depth, in the order of the source. */
export function within(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  if (element === undefined) return [];
  return element.children.flatMap((inner) => [...(inner.name === name ? [inner] : []), ...within(inner, name)]);
}

class Fault extends Error {}

class Reader {
  readonly #source: string;
  readonly #open: Open[] = [];
  #root: XmlElement | undefined;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Result<XmlElement, string> {
    try {
      while (this.#at < this.#source.length) this.#next();
      if (this.#root === undefined || this.#open.length > 0) throw new Fault("it ends too early");
      return ok(this.#root);
    } catch (problem) {
      if (problem instanceof Fault) return err(problem.message);
      throw problem;
    }
  }

  #next(): void {
    const tag = this.#source.indexOf("<", this.#at);
    if (tag !== this.#at) this.#text(decode(this.#take(tag < 0 ? this.#source.length : tag)));
    else if (this.#has("<!--")) this.#until("-->");
    else if (this.#has("<![CDATA[")) this.#text(this.#until("]]>"));
    else if (this.#has("<?")) this.#until("?>");
    else if (this.#has("<!")) throw new Fault("a document type");
    else if (this.#has("</")) this.#close(this.#until(">").trimEnd());
    else this.#element();
  }

  /** Moves behind `words` when they stand here. */
  #has(words: string): boolean {
    if (!this.#source.startsWith(words, this.#at)) return false;
    this.#at += words.length;
    return true;
  }

  #take(to: number): string {
    const taken = this.#source.slice(this.#at, to);
    this.#at = to;
    return taken;
  }

  /** What stands before `end`; moves behind it. */
  #until(end: string): string {
    const at = this.#source.indexOf(end, this.#at);
    if (at < 0) throw new Fault(`${end} is missing`);
    const taken = this.#take(at);
    this.#at += end.length;
    return taken;
  }

  #element(): void {
    this.#at++;
    const inside = this.#take(this.#endOfTag());
    this.#at++;
    const [qualified] = NAME.exec(inside) ?? [];
    if (qualified === undefined) throw new Fault("a tag without a name");
    if (this.#open.length === MOST_DEPTH) throw new Fault("too deep");
    if (this.#open.length === 0 && this.#root !== undefined) throw new Fault("a second root");
    this.#open.push({ qualified, children: [], text: "" });
    if (inside.endsWith("/")) this.#close(qualified);
  }

  /** Where the `>` of this tag is, which may stand in an attribute as well. */
  #endOfTag(): number {
    let quote = "";
    for (let at = this.#at; at < this.#source.length; at++) {
      const character = this.#source.charAt(at);
      if (quote !== "") quote = character === quote ? "" : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === ">") return at;
      else if (character === "<") break;
    }
    throw new Fault("a tag without an end");
  }

  #close(qualified: string): void {
    const open = this.#open.pop();
    if (open === undefined || open.qualified !== qualified) throw new Fault("an end without its beginning");
    const name = qualified.slice(qualified.indexOf(":") + 1);
    const element = { name, children: open.children, text: open.text.trim() };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }

  #text(text: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.text += text;
    else if (text.replace("\ufeff", "").trim() !== "") throw new Fault("text outside of the root");
  }
}

function decode(text: string): string {
  return text.replace(/&([^;&]{0,12});?/g, (whole, inside: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(inside) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const found = Object.hasOwn(ENTITIES, inside)
      ? ENTITIES[inside]
      : code <= 0x10ffff
        ? String.fromCodePoint(code)
        : undefined;
    if (found === undefined || !whole.endsWith(";")) throw new Fault("an entity that nobody knows");
    return found;
  });
}
