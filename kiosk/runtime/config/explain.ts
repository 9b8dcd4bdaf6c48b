import { z } from "zod";

/** One mistake in a configuration: where, and a sentence that says what is wrong and what is allowed. */
export type Finding = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Turns one zod issue into sentences for a technician; an issue about several unknown keys becomes several. */
export function explain(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown): Finding[] {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
    }
    case "invalid_type": {
      const value = valueAt(input, path);
      if (value === undefined) return [{ path, message: `is missing; ${article(issue.expected)} is required` }];
      return [{ path, message: `is ${describe(value)}; ${article(issue.expected)} is required` }];
    }
    case "invalid_value": {
      const value = valueAt(input, path);
      const allowed = issue.values.map((allowedValue) => JSON.stringify(allowedValue)).join(", ");
      const what = value === undefined ? "is missing" : `is ${describe(value)}`;
      return [{ path, message: `${what}; allowed: ${allowed}` }];
    }
    case "too_small":
      return [
        { path, message: `is ${describe(valueAt(input, path))}; ${bound("least", issue.minimum, issue.origin)}` },
      ];
    case "too_big":
      return [{ path, message: `is ${describe(valueAt(input, path))}; ${bound("most", issue.maximum, issue.origin)}` }];
    case "invalid_format":
      return [{ path, message: `is ${describe(valueAt(input, path))}; allowed: ${formatText(issue)}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

function bound(side: "least" | "most", limit: number | bigint, origin: string): string {
  const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
  return `allowed: at ${side} ${limit}${unit}`;
}

function formatText(issue: z.core.$ZodIssueInvalidStringFormat): string {
  return issue.format === "url" ? "an address like https://gateway.example:4300" : issue.message;
}

function unknownKey(key: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const close = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(key.length / 3));
  const hint = close ? `; did you mean "${nearest.candidate}"?` : "";
  return `is not a known key${hint}${known.length === 0 ? "" : ` (known: ${known.join(", ")})`}`;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    object: "a mapping (key: value)",
    array: "a list",
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
  };
  return words[expected] ?? expected;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "empty";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
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

/** The keys that the schema knows at `path`. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  let at = unwrap(schema);
  for (const part of path) {
    if (at instanceof z.ZodObject) at = unwrap(at.shape[String(part)]);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return schema;
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
