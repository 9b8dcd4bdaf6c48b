/**
 * A small reader for the XML that institutions receive: elements, attributes, namespaces, text, CDATA, comments. It is
 * written apart from the gateway's SOAP library on purpose, so that what arrives is judged by a second pair of eyes.
 * Document types are refused, as every service that faces a network must.
 */
export type XmlElement = {
  readonly namespace: string;
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, without surrounding white space. */
  readonly text: string;
};

type Open = { namespace: string; name: string; qualified: string; children: XmlElement[]; text: string };
type Scope = ReadonlyMap<string, string>;

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w.:-]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>|([^<]+)/y;
const ATTRIBUTE = /\s+([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The root element. @throws Error with a sentence saying what is wrong and where. */
export function parseXml(source: string): XmlElement {
  const stack: Open[] = [];
  const scopes: Scope[] = [new Map([["", ""]])];
  let root: XmlElement | undefined;
  const close = () => {
    const open = stack.pop();
    scopes.pop();
    if (open === undefined) throw new Error("an end tag without a start tag");
    const { namespace, name, children } = open;
    const element = { namespace, name, children, text: open.text.trim() };
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else if (root === undefined) root = element;
    else throw new Error("more than one root element");
  };
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(source);
    if (token === null) throw new Error(`not well formed at character ${at}`);
    const [, cdata, ending, qualified, rest, text] = token;
    const inside = stack.at(-1);
    if (text !== undefined) {
      if (inside !== undefined) inside.text += decode(text);
      else if (text.replace("\ufeff", "").trim() !== "") throw new Error(`text outside of the root at character ${at}`);
    } else if (cdata !== undefined) {
      if (inside !== undefined) inside.text += cdata;
    } else if (qualified !== undefined && ending === "/") {
      if (inside?.qualified !== qualified) throw new Error(`</${qualified}> closes nothing at character ${at}`);
      close();
    } else if (qualified !== undefined) {
      const empty = rest?.endsWith("/") === true;
      const scope = declare(scopes.at(-1) ?? new Map(), empty ? (rest ?? "").slice(0, -1) : (rest ?? ""));
      scopes.push(scope);
      const { namespace, name } = resolve(scope, qualified);
      stack.push({ namespace, name, qualified, children: [], text: "" });
      if (empty) close();
    }
  }
  if (stack.length > 0) throw new Error(`<${stack.at(-1)?.qualified}> is not closed`);
  if (root === undefined) throw new Error("no element");
  return root;
}

/** The child of that name, in any namespace. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function declare(outer: Scope, attributes: string): Scope {
  const scope = new Map(outer);
  ATTRIBUTE.lastIndex = 0;
  for (let found = ATTRIBUTE.exec(attributes); found !== null; found = ATTRIBUTE.exec(attributes)) {
    const [, name = "", quoted, single] = found;
    const value = decode(quoted ?? single ?? "");
    if (name === "xmlns") scope.set("", value);
    else if (name.startsWith("xmlns:")) scope.set(name.slice("xmlns:".length), value);
  }
  return scope;
}

function resolve(scope: Scope, qualified: string): { namespace: string; name: string } {
  const colon = qualified.indexOf(":");
  const prefix = colon < 0 ? "" : qualified.slice(0, colon);
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw new Error(`the prefix ${prefix} is not declared`);
  return { namespace, name: qualified.slice(colon + 1) };
}

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10));
      const known = ENTITIES[name ?? ""];
      if (known === undefined) throw new Error(`the entity ${whole} is not declared`);
      return known;
    },
  );
}
