import { z } from "zod";

/** One mistake in a file that a person wrote: where, and a sentence that says what is wrong and what is allowed. */
export type Finding = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Turns one zod issue into sentences for who wrote the file; an issue about several unknown keys becomes several. */
export function explain(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown): Finding[] {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, path, input);
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
    }
    case "invalid_type": {
      const value = valueAt(input, path);
      if (value === undefined) return [{ path, message: `is missing; ${article(issue.expected)} is required` }];
      return [{ path, message: `is ${describe(value)}; ${article(issue.expected)} is required` }];
    }
    case "invalid_value":
      return [{ path, message: notAllowed(valueAt(input, path), issue.values) }];
    case "invalid_union":
      // A kind that there is not; any other union says itself what it takes.
      if (!("options" in issue) || issue.options === undefined) return [{ path, message: issue.message }];
      return [{ path, message: notAllowed(valueAt(input, path), issue.options) }];
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

function notAllowed(value: unknown, values: readonly unknown[]): string {
  const allowed = values.map((allowedValue) => JSON.stringify(allowedValue)).join(", ");
  return `${value === undefined ? "is missing" : `is ${describe(value)}`}; allowed: ${allowed}`;
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
