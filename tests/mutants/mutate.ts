import { stripTypeScriptTypes } from "node:module";
import { parseSync } from "vite";

/** One small change of a source file. */
export type Mutant = {
  readonly line: number;
  /** What stands there, and what the mutant has in its place: on one line. */
  readonly before: string;
  readonly after: string;
  /** The whole file as the mutant has it, without types. */
  readonly source: string;
};

type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [field: string]: unknown };
/** What to put in the place of a node. */
type Change = { readonly at: { readonly start: number; readonly end: number }; readonly by: string };

const OPPOSITE: { readonly [operator: string]: string } = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
};
const OTHER_QUESTION: { readonly [method: string]: string } = { some: "every", every: "some" };
/** Methods without which a list stays as it was. */
const NARROWING = ["filter", "slice"];

/**
 * Every mutant of one file: conditions turned round and left out, comparisons changed, entries of lists, sets and tables
 * dropped, cases and statements left out, nothing found instead of something. What only words a refusal is left alone.
 */
export function mutantsOf(typed: string): Mutant[] {
  // Types are blanked, not cut: places and lines stay.
  const text = stripTypeScriptTypes(typed);
  const { program } = parseSync("source.js", text, { lang: "js" });
  const of = (node: { readonly start: number; readonly end: number }) => text.slice(node.start, node.end);
  const changes: Change[] = [];
  visit(program as unknown as Node, [], (node, above) => changes.push(...changesOf(node, above, of)));
  return changes.map(({ at, by }) => ({
    line: text.slice(0, at.start).split("\n").length,
    before: oneLine(typed.slice(at.start, at.end)),
    after: oneLine(by),
    source: `${text.slice(0, at.start)}${by}${text.slice(at.end)}`,
  }));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function visit(node: Node, above: readonly Node[], seen: (node: Node, above: readonly Node[]) => void): void {
  if (node.type === "ImportDeclaration" || isWords(node)) return;
  seen(node, above);
  for (const value of Object.values(node))
    for (const inner of [value].flat()) if (isNode(inner)) visit(inner, [node, ...above], seen);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string";
}

/** What a refusal says to an author is not what a rule finds. */
function isWords({ type, ...node }: Node): boolean {
  if (type === "Property") return ["problem", "remedy", "rule"].includes(nameOf(node.key));
  if (type === "CallExpression") return nameOf(node.callee) === "told";
  return type === "VariableDeclarator" && ["problem", "remedy"].includes(nameOf(node.id));
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? node.value ?? "") : "";
}

function changesOf(node: Node, above: readonly Node[], of: (node: Node) => string): Change[] {
  const whole = (by: string): Change => ({ at: node, by });
  const { left, right, argument, test, consequent, alternate } = node as { [field: string]: unknown } as {
    readonly [field: string]: Node;
  };
  switch (node.type) {
    case "LogicalExpression":
      return [left, right].flatMap((side) => (side === undefined ? [] : [whole(`(${of(side)})`)]));
    case "BinaryExpression": {
      const by = OPPOSITE[String(node.operator)];
      return by === undefined || left === undefined || right === undefined
        ? []
        : [whole(`${of(left)} ${by} ${of(right)}`)];
    }
    case "UnaryExpression":
      return node.operator === "!" && argument !== undefined ? [whole(`(${of(argument)})`)] : [];
    case "ConditionalExpression":
      return [consequent, alternate].flatMap((branch) => (branch === undefined ? [] : [whole(`(${of(branch)})`)]));
    case "IfStatement":
      return test === undefined ? [] : ["true", "false"].map((by) => ({ at: test, by }));
    case "Literal":
      return typeof node.value === "boolean" ? [whole(String(!node.value))] : [];
    case "ExpressionStatement":
      return above[0]?.type === "Program" ? [] : [whole(";")];
    case "ReturnStatement":
      return isNode(argument) && argument.type === "CallExpression" ? [{ at: argument, by: "[]" }] : [];
    case "SwitchCase":
      return isNode(test) ? [whole("")] : [];
    case "ArrayExpression":
      return entriesLeftOut(node, node.elements as readonly Node[], of);
    case "ObjectExpression":
      return isTable(node, above) ? entriesLeftOut(node, node.properties as readonly Node[], of) : [];
    case "CallExpression":
      return callChanged(node, of);
    default:
      return [];
  }
}

/** What is absent anyway. */
const NOTHING = ["undefined", "false", "null"];

/** An object of which one entry more or less still is one: a table, and a record that is copied with changes. */
function isTable({ properties }: Node, above: readonly Node[]): boolean {
  const table = above[0]?.type === "VariableDeclarator" && above.at(-2)?.type !== "FunctionDeclaration";
  return table || (properties as readonly Node[]).some(({ type }) => type === "SpreadElement");
}

function entriesLeftOut(list: Node, entries: readonly Node[], of: (node: Node) => string): Change[] {
  const [open, close] = list.type === "ArrayExpression" ? ["[", "]"] : ["{", "}"];
  return entries.flatMap((dropped) => {
    if (isNode(dropped.value) && NOTHING.includes(of(dropped.value))) return [];
    const kept = entries.filter((entry) => entry !== dropped).map(of);
    return [{ at: list, by: `${open}${kept.join(", ")}${close}` }];
  });
}

function callChanged({ callee, ...call }: Node, of: (node: Node) => string): Change[] {
  if (!isNode(callee) || callee.type !== "MemberExpression") return [];
  const { object, property } = callee as Node & { readonly object: Node; readonly property: Node };
  const name = String(property.name);
  const other = OTHER_QUESTION[name];
  if (other !== undefined) return [{ at: property, by: other }];
  return NARROWING.includes(name) ? [{ at: call as Node, by: of(object) }] : [];
}
