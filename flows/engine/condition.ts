import { err, ok, type Result } from "../../base/result.ts";
import { type Told, told } from "../../base/told.ts";
import { partsOf } from "./calendar.ts";
import { MISTAKEN, misplaced, Unreadable, VALUE } from "./condition-words.ts";
import { type Scope, valueAt } from "./expression.ts";
import type { Json } from "./ports.ts";

/**
 * Conditions of service definitions: `affiliation.active and age(identity.birthDate) >= 60`. Small, total and without effect:
 * no loops, no assignment, no calls but the three below; every condition ends, and none can fail.
 *
 * - values: `path.to.value`, numbers, `'texts'`, `true`, `false`, `null`
 * - `count(list)`, `known(path)`, `age(date)` in whole years on the day of the journey
 * - `+` and `-` on numbers; `==` `!=` `<` `<=` `>` `>=` on numbers and, by the day, on dates; `in ['A', 'B']`; `'A' in list`;
 *   `not`, `and`, `or`; brackets
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
  | { readonly kind: "in"; readonly of: Expression; readonly list: readonly (string | number)[] }
  | { readonly kind: "contains"; readonly of: Expression; readonly path: readonly string[] };

const CALLS = ["count", "known", "age"] as const;
type CallName = (typeof CALLS)[number];
const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"] as const;
type Comparison = (typeof COMPARISONS)[number];

/** Bounds what a definition can make the parser do. */
const LONGEST = 500;

/** @property end the place in the source behind it. */
type Token = { readonly text: string; readonly kind: "number" | "text" | "word" | "sign"; readonly end: number };
const TOKEN = /\s*(?:(\d+)|'([^'\n]*)'|([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)|(==|!=|<=|>=|[<>()[\],+-]))/y;

/** Reads a condition; the error says what is wrong and where. */
export function parseCondition(source: string): Result<Condition, Told> {
  if (source.length > LONGEST)
    return err(
      told(
        `a condition of ${source.length} characters, at most ${LONGEST} are read`,
        `la condición tiene ${source.length} letras, y se leen a lo más ${LONGEST}`,
      ),
    );
  const tokens = tokensOf(source);
  if (!tokens.ok) return tokens;
  const parser = new Parser(tokens.value);
  try {
    const root = parser.whole();
    return ok({ source, root });
  } catch (problem) {
    if (problem instanceof Unreadable) {
      const { en, es } = problem.said;
      return err(told(`${en} in "${source}"`, `${es} en "${source}"`));
    }
    throw problem;
  }
}

const WORDS = ["and", "or", "not", "in", "true", "false", "null"];

/** The condition `source` with each path in it as `change` gives it; as it is when it cannot be read. */
export function withPaths(source: string, change: (path: string) => string): string {
  const tokens = tokensOf(source);
  if (!tokens.ok) return source;
  const paths = tokens.value.filter(({ kind, text }) => kind === "word" && ![...WORDS, ...CALLS].includes(text));
  const changed = paths.map(
    ({ text, end }, index) => `${source.slice(paths[index - 1]?.end ?? 0, end - text.length)}${change(text)}`,
  );
  return `${changed.join("")}${source.slice(paths.at(-1)?.end ?? 0)}`;
}

function tokensOf(source: string): Result<Token[], Told> {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; source.slice(end).trim() !== ""; end = TOKEN.lastIndex) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(source);
    if (match === null) {
      const [sign = ""] = source.slice(end).trim();
      const instead = MISTAKEN[sign];
      const hint = (words: string | undefined) => (words === undefined ? "" : `; ${words}`);
      return err(
        told(
          `"${sign}" is not understood in "${source}"${hint(instead?.en)}`,
          `no se entiende el signo "${sign}" en "${source}"${hint(instead?.es)}`,
        ),
      );
    }
    const [, number, text, word, sign] = match;
    const { lastIndex } = TOKEN;
    if (number !== undefined) tokens.push({ kind: "number", text: number, end: lastIndex });
    else if (text !== undefined) tokens.push({ kind: "text", text, end: lastIndex });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, end: lastIndex });
    else tokens.push({ kind: "sign", text: sign ?? "", end: lastIndex });
  }
  return ok(tokens);
}

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
    if (left !== undefined) throw new Unreadable(told(`"${left.text}" is too much`, `"${left.text}" está de más`));
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
    if (this.#take("in")) return this.#isWord() ? this.#contains(left) : { kind: "in", of: left, list: this.#list() };
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
    const token = this.#next(VALUE);
    if (token.kind === "number") return { kind: "literal", value: this.#integer(token) };
    if (token.kind === "text") return { kind: "literal", value: token.text };
    if (token.kind === "sign") throw misplaced(token.text);
    const fixed = { true: true, false: false, null: null }[token.text];
    if (fixed !== undefined) return { kind: "literal", value: fixed };
    if (WORDS.includes(token.text)) throw misplaced(token.text);
    const name = CALLS.find((call) => call === token.text);
    if (name === undefined) return { kind: "path", path: token.text.split(".") };
    this.#need("(");
    const path = this.#next(told("a path", "el nombre de un valor"));
    if (path.kind !== "word") {
      const es = `en ${name}(…) va el nombre de un valor, y no "${path.text}"`;
      throw new Unreadable(told(`${name} takes a path, not "${path.text}"`, es));
    }
    this.#need(")");
    return { kind: "call", name, path: path.text.split(".") };
  }

  #isWord(): boolean {
    return this.#tokens[this.#at]?.kind === "word";
  }

  #contains(of: Expression): Expression {
    return { kind: "contains", of, path: this.#next(told("a list", "una lista")).text.split(".") };
  }

  #list(): (string | number)[] {
    this.#need("[");
    const list: (string | number)[] = [];
    do {
      const token = this.#next(VALUE);
      if (token.kind === "text") list.push(token.text);
      else if (token.kind === "number") list.push(this.#integer(token));
      else {
        const es = `en una lista van textos y números, y no "${token.text}"`;
        throw new Unreadable(told(`a list has texts and numbers, not "${token.text}"`, es));
      }
    } while (this.#take(","));
    this.#need("]");
    return list;
  }

  #integer({ text }: Token): number {
    const value = Number(text);
    if (!Number.isSafeInteger(value))
      throw new Unreadable(told(`the number ${text} is too large`, `el número ${text} es demasiado grande`));
    return value;
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "text" || token.kind === "number" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new Unreadable(told(`"${text}" is missing`, `falta "${text}"`));
  }

  #next(what: Told): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined)
      throw new Unreadable(told(`${what.en} is missing at the end`, `al final falta ${what.es}`));
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
    case "contains": {
      const list = valueAt(scope, expression.path);
      return Array.isArray(list) && list.includes(evaluated(expression.of, scope));
    }
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
  const [one, other] = isDay(left) && isDay(right) ? [left.slice(0, 10), right.slice(0, 10)] : [left, right];
  if (operator === "==") return one === other;
  if (operator === "!=") return one !== other;
  const order = orderOf(one, other);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function called(name: CallName, value: Json | undefined, now: Json | undefined): Json {
  if (name === "known") return value !== undefined && value !== null && value !== "";
  if (name === "count") return Array.isArray(value) ? value.length : 0;
  return typeof value === "string" && typeof now === "string" ? age(value, now) : null;
}

/** Whether `value` is an ISO date, with or without a time. */
export function isDay(value: Json): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}(T|$)/.test(value);
}

/** Below, at or above 0, for numbers and for days; not a number for what stands in no order. */
function orderOf(left: Json, right: Json): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (!isDay(left) || !isDay(right)) return Number.NaN;
  return left < right ? -1 : Number(left > right);
}

/** Whole years from one ISO 8601 date to another; `null` when one of them is none. */
function age(born: string, now: string): number | null {
  const [from, to] = [partsOf(born), partsOf(now)];
  if (from === undefined || to === undefined) return null;
  const birthdayAhead = 100 * to[1] + to[2] < 100 * from[1] + from[2];
  return to[0] - from[0] - (birthdayAhead ? 1 : 0);
}

/** Every expression inside `root`, itself included. */
export function expressionsIn(root: Expression): Expression[] {
  const inner = "of" in root ? [root.of] : "left" in root ? [root.left, root.right] : [];
  return [root, ...inner.flatMap(expressionsIn)];
}

/** Every path that the condition reads. */
export function pathsIn({ root }: Condition): (readonly string[])[] {
  return expressionsIn(root).flatMap((one) => ("path" in one ? [one.path] : []));
}
