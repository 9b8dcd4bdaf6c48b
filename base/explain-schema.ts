import { z } from "zod";

/** One mistake in a file that a person wrote: where, and a sentence that says what is wrong and what is allowed. */
export type Finding = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The words of which the sentences are made, in one language. */
export type SchemaWords = {
  /** What a schema takes, by its name for it: `a list`. */
  readonly kinds: { readonly [expected: string]: string };
  readonly missing: string;
  readonly list: string;
  readonly mapping: string;
  readonly empty: string;
  readonly text: (quoted: string) => string;
  readonly is: (what: string) => string;
  readonly required: (kind: string) => string;
  readonly allowed: (what: string) => string;
  readonly bound: (side: "least" | "most", limit: number | bigint, origin: string) => string;
  readonly unknownKey: (near: string | undefined, known: readonly string[]) => string;
  /** Which texts are taken, when not all are. */
  readonly format: (issue: z.core.$ZodIssueInvalidStringFormat) => string;
  /** Everything else. */
  readonly other: (issue: z.core.$ZodIssue, value: unknown) => string;
};

const ENGLISH: SchemaWords = {
  kinds: {
    object: "a mapping (key: value)",
    array: "a list",
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
  },
  missing: "is missing",
  list: "a list",
  mapping: "a mapping",
  empty: "empty",
  text: (quoted) => `the text ${quoted}`,
  is: (what) => `is ${what}`,
  required: (kind) => `${kind} is required`,
  allowed: (what) => `allowed: ${what}`,
  bound: (side, limit, origin) => {
    const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
    return `at ${side} ${limit}${unit}`;
  },
  unknownKey: (near, known) => {
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    return `is not a known key${hint}${known.length === 0 ? "" : ` (known: ${known.join(", ")})`}`;
  },
  format: (issue) => (issue.format === "url" ? "an address like https://gateway.example:4300" : issue.message),
  other: (issue) => issue.message,
};

/**
 * Turns one zod issue into sentences for who wrote the file; an issue about several unknown keys becomes several.
 *
 * @param words of the language in which it is said.
 */
export function explain(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  input: unknown,
  words: SchemaWords = ENGLISH,
): Finding[] {
  const { path } = issue;
  const value = valueAt(input, path);
  const found = value === undefined ? words.missing : words.is(describe(value, words));
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, path, input);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: words.unknownKey(nearest(key, known), known),
      }));
    }
    case "invalid_type":
      return [{ path, message: `${found}; ${words.required(words.kinds[issue.expected] ?? issue.expected)}` }];
    case "invalid_value":
      return [{ path, message: `${found}; ${words.allowed(listed(issue.values))}` }];
    case "invalid_union":
      // A kind that there is not; any other union says itself what it takes.
      if (!("options" in issue) || issue.options === undefined) return [{ path, message: words.other(issue, value) }];
      return [{ path, message: `${found}; ${words.allowed(listed(issue.options))}` }];
    case "too_small":
      return [{ path, message: `${found}; ${words.allowed(words.bound("least", issue.minimum, issue.origin))}` }];
    case "too_big":
      return [{ path, message: `${found}; ${words.allowed(words.bound("most", issue.maximum, issue.origin))}` }];
    case "invalid_format":
      return [{ path, message: `${found}; ${words.allowed(words.format(issue))}` }];
    default:
      return [{ path, message: words.other(issue, value) }];
  }
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

/** The one of `known` that `key` is most likely meant to be. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const [first] = known
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const close = first !== undefined && first.distance <= Math.max(1, Math.floor(key.length / 3));
  return close ? first.candidate : undefined;
}

function describe(value: unknown, words: SchemaWords): string {
  if (Array.isArray(value)) return words.list;
  if (value === null) return words.empty;
  if (typeof value === "object") return words.mapping;
  if (typeof value === "string") return words.text(JSON.stringify(value));
  return `${value}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** The keys that the schema knows at `path`; of the devices, those that fit the kind that stands in `input`. */
function keysAt(schema: unknown, path: readonly PropertyKey[], input: unknown): string[] {
  let at = unwrap(schema, input);
  for (const [depth, part] of path.entries()) {
    const inside =
      at instanceof z.ZodObject ? at.shape[String(part)] : at instanceof z.ZodArray ? at.element : undefined;
    at = unwrap(inside, valueAt(input, path.slice(0, depth + 1)));
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap(), value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    return schema.options.find(
      (option) => option instanceof z.ZodObject && fits(option.shape[discriminator], valueAt(value, [discriminator])),
    );
  }
  return schema;
}

function fits(literal: unknown, value: unknown): boolean {
  return literal instanceof z.ZodLiteral && literal.values.has(value as never);
}

/** Levenshtein's distance: insertions, deletions and substitutions that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
