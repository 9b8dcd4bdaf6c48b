import type { ParseArgsConfig } from "node:util";
import type { z } from "zod";
import type { FleetClient } from "./client.ts";

/** The command line is not understood; the message says what to write instead. */
export class UsageError extends Error {}

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export type CommandContext = {
  readonly client: FleetClient;
  /** What stands after the command's name. */
  readonly words: readonly string[];
  readonly options: Options;
  readonly output: Output;
  /** Reads a line that nobody shall see. */
  readonly askSecret: (prompt: string) => Promise<string>;
  /** Keeps the session's token for the next command; undefined forgets it. */
  readonly keepToken: (token: string | undefined) => void;
};

/** One command of the operator's tool. */
export type FleetCommand = {
  /** e.g. `rollout start <target> --ring name:success:error`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: NonNullable<ParseArgsConfig["options"]>;
  /** Fewest and most words after the name. */
  readonly words: readonly [number, number];
  /** @returns false when the answer is bad news, e.g. a broken chain: exit status 1. */
  run(context: CommandContext): Promise<boolean>;
};

/** Standard output: tables and lines for people, or one JSON value a line for programs. */
export class Output {
  readonly json: boolean;
  readonly #out: (text: string) => void;

  constructor(json: boolean, out: (text: string) => void) {
    this.json = json;
    this.#out = out;
  }

  /** Rows of one kind; `columns` are what people see. */
  rows<T>(rows: readonly T[], columns: Readonly<Record<string, (row: T) => unknown>>, none: string): void {
    if (this.json) for (const row of rows) this.#out(`${JSON.stringify(row)}\n`);
    else if (rows.length === 0) this.#out(`${none}\n`);
    else
      this.#out(
        table(
          Object.keys(columns),
          rows.map((row) => Object.values(columns).map((cell) => plain(cell(row)))),
        ),
      );
  }

  /** One thing: the value for programs, lines of name and text for people. */
  one(value: unknown, lines: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#out(`${JSON.stringify(value)}\n`);
    else {
      const shown = Object.entries(lines).filter(([, text]) => text !== undefined && text !== null && text !== "");
      const width = Math.max(0, ...shown.map(([name]) => name.length));
      for (const [name, text] of shown) this.#out(`${name.padEnd(width)}  ${plain(text)}\n`);
    }
  }

  /** For people only. */
  say(text: string): void {
    if (!this.json) this.#out(`${text}\n`);
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head.map((name) => name.toUpperCase()), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** What a terminal may be given: what kiosks and people typed must not move its cursor. */
function plain(value: unknown): string {
  const text = value === null || value === undefined ? "-" : Array.isArray(value) ? value.join(", ") : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}

export function instant(milliseconds: number | null): string {
  return milliseconds === null ? "never" : new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The word at `index`, which the number of words promised. */
export function word({ words }: CommandContext, index: number): string {
  return words[index] ?? "";
}

export function text({ options }: CommandContext, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

export function list({ options }: CommandContext, name: string): readonly string[] | undefined {
  const value = options[name];
  return Array.isArray(value) ? value : undefined;
}

export function flag({ options }: CommandContext, name: string): boolean {
  return options[name] === true;
}

export function wholeNumber(context: CommandContext, name: string): number | undefined {
  const value = text(context, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(value)}`);
  return Number(value);
}

export function required(context: CommandContext, name: string): string {
  const value = text(context, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

/**
 * What is sent, by the contract's own schema, so that a mistake is told before anything is sent.
 *
 * @throws UsageError that names the field.
 */
export function input<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(dropAbsent(value));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".") || "input"}: ${message}`);
  throw new UsageError(wrong.join("; "));
}

function dropAbsent(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
