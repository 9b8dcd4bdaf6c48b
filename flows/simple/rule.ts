import { err, ok, type Result } from "../../base/result.ts";

/**
 * Rules of SIMPLE are PHP expressions over `@@variables`. This reads the part of PHP that decides by comparing answers, and writes it in the
 * conditions of service definitions; anything else is said to be not understood, never guessed.
 */

/** Where in a journey a variable of SIMPLE is found: the path, and what SIMPLE's values are called there. */
export type Known = {
  readonly path: string;
  readonly type: "text" | "number" | "list";
  /** By SIMPLE's value; absent when values are the same. */
  readonly names?: ReadonlyMap<string, string>;
};
export type Lookup = (variable: string) => Known | undefined;

type Token = { readonly kind: "variable" | "text" | "number" | "sign" | "word"; readonly text: string };
const TOKEN =
  /\s*(?:@@(\w+)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\$]|\\.)*)"|(\d+)(?![\w.])|(===|!==|==|!=|<>|<=|>=|&&|\|\||[<>!()])|([A-Za-z_]\w*))/y;

class NotUnderstood extends Error {}

/**
 * @param rule e.g. `@@tipo == 'A' && @@edad >= 18`.
 * @returns the condition; in words what of the rule is not understood.
 */
export function conditionOf(rule: string, lookUp: Lookup): Result<string, string> {
  try {
    const reader = new Reader(tokensOf(rule), lookUp);
    return ok(reader.whole());
  } catch (problem) {
    if (problem instanceof NotUnderstood) return err(problem.message);
    throw problem;
  }
}

function tokensOf(rule: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  while (rule.slice(end).trim() !== "") {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(rule);
    if (match === null) throw new NotUnderstood(`"${rule.slice(end).trim().slice(0, 20)}"`);
    end = TOKEN.lastIndex;
    const [, variable, single, double, number, sign, word] = match;
    if (variable !== undefined) {
      if (/^(?:->|\[)/.test(rule.slice(end)))
        throw new NotUnderstood(`a part of the answer @@${variable} ("${rule.slice(end, end + 12)}")`);
      tokens.push({ kind: "variable", text: variable });
    } else if (single !== undefined || double !== undefined)
      tokens.push({ kind: "text", text: (single ?? double ?? "").replace(/\\(.)/g, "$1") });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else tokens.push({ kind: "word", text: word ?? "" });
  }
  return tokens;
}

const OPERATORS: { readonly [php: string]: "==" | "!=" | "<" | "<=" | ">" | ">=" } = {
  "==": "==",
  "===": "==",
  "!=": "!=",
  "!==": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** The same comparison, read from the other side. */
const MIRRORED = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

class Reader {
  #at = 0;
  readonly #tokens: readonly Token[];
  readonly #lookUp: Lookup;

  constructor(tokens: readonly Token[], lookUp: Lookup) {
    this.#tokens = tokens;
    this.#lookUp = lookUp;
  }

  whole(): string {
    // PHP binds the words looser than the signs: whoever mixes them means something that is easily misread.
    const has = (kind: Token["kind"], ...texts: string[]) =>
      this.#tokens.some((token) => token.kind === kind && texts.includes(token.text.toLowerCase()));
    if (has("word", "and", "or") && has("sign", "&&", "||")) throw new NotUnderstood('"and" together with "&&"');
    const condition = this.#or();
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new NotUnderstood(`"${left.text}"`);
    return condition;
  }

  #or(): string {
    const parts = [this.#and()];
    while (this.#take("||", "or")) parts.push(this.#and());
    return parts.join(" or ");
  }

  #and(): string {
    const parts = [this.#not()];
    while (this.#take("&&", "and")) parts.push(this.#not());
    return parts.join(" and ");
  }

  #not(): string {
    if (!this.#take("!")) return this.#operand();
    // Without brackets PHP would negate the value, not the comparison.
    if (this.#tokens[this.#at]?.text !== "(") throw new NotUnderstood('"!" before a value');
    return `not ${this.#operand()}`;
  }

  #operand(): string {
    if (this.#take("(")) {
      const inner = this.#or();
      if (!this.#take(")")) throw new NotUnderstood("a bracket that is not closed");
      return `(${inner})`;
    }
    return this.#comparison();
  }

  #comparison(): string {
    const left = this.#value();
    const sign = this.#tokens[this.#at];
    const operator = sign?.kind === "sign" ? OPERATORS[sign.text] : undefined;
    if (operator === undefined) throw new NotUnderstood(`a value that is not compared (${said(left)})`);
    this.#at++;
    const right = this.#value();
    if (left.kind === "variable" && right.kind !== "variable") return this.#compared(left, operator, right);
    if (right.kind === "variable" && left.kind !== "variable") return this.#compared(right, MIRRORED[operator], left);
    throw new NotUnderstood(`the comparison of ${said(left)} with ${said(right)}`);
  }

  #value(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new NotUnderstood("its end");
    const next = this.#tokens[this.#at];
    if (token.kind === "word" && next?.text === "(") throw new NotUnderstood(`the call of ${token.text}()`);
    if (token.kind === "sign") throw new NotUnderstood(`"${token.text}"`);
    if (token.kind === "word" && token.text.toLowerCase() !== "null") throw new NotUnderstood(`"${token.text}"`);
    return token;
  }

  #compared(variable: Token, operator: keyof typeof MIRRORED, value: Token): string {
    const known = this.#lookUp(variable.text);
    if (known === undefined) throw new NotUnderstood(`@@${variable.text}, which nobody was asked before`);
    const equal = operator === "==" || operator === "!=";
    // An answer that was not given is null or '' in SIMPLE.
    if (value.kind === "word" || value.text === "") {
      if (!equal) throw new NotUnderstood(`${said(variable)} ${operator} ${said(value)}`);
      return operator === "==" ? `not known(${known.path})` : `known(${known.path})`;
    }
    if (known.type === "list") throw new NotUnderstood(`the comparison of several answers (${said(variable)})`);
    if (known.type === "number") {
      if (!/^\d{1,15}$/.test(value.text)) throw new NotUnderstood(`${said(variable)} ${operator} ${said(value)}`);
      return `${known.path} ${operator} ${value.text}`;
    }
    if (!equal) throw new NotUnderstood(`"${operator}" on ${said(variable)}, which is a text`);
    const name = known.names === undefined ? value.text : known.names.get(value.text);
    if (name === undefined) throw new NotUnderstood(`${said(value)}, which ${said(variable)} never is`);
    if (/['\n]/.test(name)) throw new NotUnderstood(said(value));
    return `${known.path} ${operator} '${name}'`;
  }

  #take(...texts: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || (token.kind !== "sign" && token.kind !== "word")) return false;
    if (!texts.includes(token.text.toLowerCase())) return false;
    this.#at++;
    return true;
  }
}

function said(token: Token): string {
  return token.kind === "variable" ? `@@${token.text}` : token.kind === "text" ? `'${token.text}'` : token.text;
}
