import { err, ok, type Result } from "../../base/result.ts";
import { type Scope, valueAt } from "./expression.ts";
import type { Json } from "./ports.ts";

/**
 * Conditions of service definitions: `affiliation.active and age(identity.birthDate) >= 60`. Small, total and without effect:
 * no loops, no assignment, no calls but the three below; every condition ends, and none can fail.
 *
 * - values: `path.to.value`, numbers, `'texts'`, `true`, `false`, `null`
 * - `count(list)`, `known(path)`, `age(date)` in whole years on the day of the journey
 * - `+` and `-` on numbers; `==` `!=` `<` `<=` `>` `>=`; `in ['A', 'B']`; `not`, `and`, `or`; brackets
 *
 * A comparison with a value that is not there is false, but for `== null` and `!= null`.
 */
export type Condition = { readonly source: string; readonly root: Expression };

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "path"; readonly path: readonly string[] }
  | { readonly kind: "call"; readonly name: CallName; readonly path: readonly string[] }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "in"; readonly of: Expression; readonly list: readonly (string | number)[] };

const CALLS = ["count", "known", "age"] as const;
type CallName = (typeof CALLS)[number];
const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"] as const;
type Comparison = (typeof COMPARISONS)[number];

/** Bounds what a definition can make the parser do. */
const LONGEST = 500;

type Token = { readonly text: string; readonly kind: "number" | "text" | "word" | "sign" };
const TOKEN = /\s*(?:(\d+)|'([^'\n]*)'|([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)|(==|!=|<=|>=|[<>()[\],+-]))/y;

/** Reads a condition; the error says what is wrong and where. */
export function parseCondition(source: string): Result<Condition, string> {
  if (source.length > LONGEST) return err(`a condition of ${source.length} characters, at most ${LONGEST} are read`);
  const tokens = tokensOf(source);
  if (!tokens.ok) return tokens;
  const parser = new Parser(tokens.value);
  try {
    const root = parser.whole();
    return ok({ source, root });
  } catch (problem) {
    if (problem instanceof Unreadable) return err(`${problem.message} in "${source}"`);
    throw problem;
  }
}

function tokensOf(source: string): Result<Token[], string> {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; source.slice(end).trim() !== ""; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(source);
    if (match === null) return err(`"${source.slice(end).trim()[0]}" is not understood in "${source}"`);
    const [, number, text, word, sign] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (text !== undefined) tokens.push({ kind: "text", text });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return ok(tokens);
}

class Unreadable extends Error {}

/** By descent: or, and, not, comparison, sum, value. */
class Parser {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const root = this.#or();
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new Unreadable(`"${left.text}" is too much`);
    return root;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take("or")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#take("and")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#take("not") ? { kind: "not", of: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#sum();
    if (this.#take("in")) return { kind: "in", of: left, list: this.#list() };
    const operator = COMPARISONS.find((sign) => this.#take(sign));
    return operator === undefined ? left : { kind: "compare", operator, left, right: this.#sum() };
  }

  #sum(): Expression {
    let left = this.#value();
    for (;;) {
      const operator = (["+", "-"] as const).find((sign) => this.#take(sign));
      if (operator === undefined) return left;
      left = { kind: "sum", operator, left, right: this.#value() };
    }
  }

  #value(): Expression {
    if (this.#take("(")) {
      const inner = this.#or();
      this.#need(")");
      return inner;
    }
    const token = this.#next("a value");
    if (token.kind === "number") return { kind: "literal", value: this.#integer(token) };
    if (token.kind === "text") return { kind: "literal", value: token.text };
    if (token.kind === "sign") throw new Unreadable(`"${token.text}" stands where a value should`);
    const fixed = { true: true, false: false, null: null }[token.text];
    if (fixed !== undefined) return { kind: "literal", value: fixed };
    if (["and", "or", "not", "in"].includes(token.text))
      throw new Unreadable(`"${token.text}" stands where a value should`);
    const name = CALLS.find((call) => call === token.text);
    if (name === undefined) return { kind: "path", path: token.text.split(".") };
    this.#need("(");
    const path = this.#next("a path");
    if (path.kind !== "word") throw new Unreadable(`${name} takes a path, not "${path.text}"`);
    this.#need(")");
    return { kind: "call", name, path: path.text.split(".") };
  }

  #list(): (string | number)[] {
    this.#need("[");
    const list: (string | number)[] = [];
    do {
      const token = this.#next("a value");
      if (token.kind === "text") list.push(token.text);
      else if (token.kind === "number") list.push(this.#integer(token));
      else throw new Unreadable(`a list has texts and numbers, not "${token.text}"`);
    } while (this.#take(","));
    this.#need("]");
    return list;
  }

  #integer({ text }: Token): number {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new Unreadable(`the number ${text} is too large`);
    return value;
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "text" || token.kind === "number" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new Unreadable(`"${text}" is missing`);
  }

  #next(what: string): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Unreadable(`${what} is missing at the end`);
    return token;
  }
}

/** Whether the condition holds. What a condition that was checked reads has the types that its operators take. */
export function holds({ root }: Condition, scope: Scope): boolean {
  return evaluated(root, scope) === true;
}

function evaluated(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "path":
      return valueAt(scope, expression.path) ?? null;
    case "call":
      return called(expression.name, valueAt(scope, expression.path), valueAt(scope, ["site", "startedAt"]));
    case "not":
      return evaluated(expression.of, scope) !== true;
    case "and":
      return evaluated(expression.left, scope) === true && evaluated(expression.right, scope) === true;
    case "or":
      return evaluated(expression.left, scope) === true || evaluated(expression.right, scope) === true;
    case "in":
      return expression.list.some((one) => one === evaluated(expression.of, scope));
    case "sum":
      return sum(expression.operator, evaluated(expression.left, scope), evaluated(expression.right, scope));
    case "compare":
      return compared(expression.operator, evaluated(expression.left, scope), evaluated(expression.right, scope));
  }
}

function sum(operator: "+" | "-", left: Json, right: Json): Json {
  if (typeof left !== "number" || typeof right !== "number") return null;
  const value = operator === "+" ? left + right : left - right;
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, value));
}

function compared(operator: Comparison, left: Json, right: Json): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function called(name: CallName, value: Json | undefined, now: Json | undefined): Json {
  if (name === "known") return value !== undefined && value !== null && value !== "";
  if (name === "count") return Array.isArray(value) ? value.length : 0;
  return typeof value === "string" && typeof now === "string" ? age(value, now) : null;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})/;

/** Whole years from one ISO 8601 date to another; `null` when one of them is none. */
function age(born: string, now: string): number | null {
  const [from, to] = [DAY.exec(born), DAY.exec(now)];
  if (from === null || to === null) return null;
  const years = Number(to[1]) - Number(from[1]);
  const birthdayAhead = `${to[2]}${to[3]}` < `${from[2]}${from[3]}`;
  return birthdayAhead ? years - 1 : years;
}

/** Every expression inside `root`, itself included. */
export function expressionsIn(root: Expression): Expression[] {
  const inner = root.kind === "not" || root.kind === "in" ? [root.of] : "left" in root ? [root.left, root.right] : [];
  return [root, ...inner.flatMap(expressionsIn)];
}

/** Every path that the condition reads. */
export function pathsIn({ root }: Condition): (readonly string[])[] {
  return expressionsIn(root).flatMap((one) => (one.kind === "path" || one.kind === "call" ? [one.path] : []));
}
