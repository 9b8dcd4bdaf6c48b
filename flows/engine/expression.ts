import type { Locale } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Told, told } from "../../base/told.ts";
import { FORMATTERS, type Formatter, formatValue } from "./format.ts";
import type { Json } from "./ports.ts";

/**
 * The whole expression language of service definitions: `{{path.to.value | formatter}}` inside a text. It has no
 * operators, no calls and no loops, so that every text ends, and a checker can tell what it reads.
 */
export type Template = { readonly source: string; readonly parts: readonly (string | Placeholder)[] };
export type Placeholder = { readonly path: readonly string[]; readonly formatter?: Formatter };

/** What placeholders may read: results of steps by the step's name, and a few values of the kiosk. */
export type Scope = { readonly [name: string]: Json | undefined };

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const INNER = /^\s*([a-z][\w-]*(?:\.[\w-]+)*)\s*(?:\|\s*([a-z-]+)\s*)?$/i;

/** Reads a text with placeholders; the error says which placeholder is wrong and how. */
export function parseTemplate(source: string): Result<Template, Told> {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of source.matchAll(PLACEHOLDER)) {
    const inner = INNER.exec(match[1] ?? "");
    if (inner === null)
      return err(
        told(
          `"${match[0]}" is not of the form {{path.to.value | formatter}}`,
          `"${match[0]}" no tiene la forma {{nombre.del.valor | formato}}`,
        ),
      );
    const formatter = inner[2];
    if (formatter !== undefined && !isFormatter(formatter))
      return err(
        told(
          `unknown formatter "${formatter}"; there are: ${FORMATTERS.join(", ")}`,
          `no hay un formato "${formatter}"; hay: ${FORMATTERS.join(", ")}`,
        ),
      );
    if (match.index > end) parts.push(source.slice(end, match.index));
    parts.push({ path: (inner[1] ?? "").split("."), ...(formatter === undefined ? {} : { formatter }) });
    end = match.index + match[0].length;
  }
  if (end < source.length) parts.push(source.slice(end));
  const stray = parts.find((part) => typeof part === "string" && (part.includes("{{") || part.includes("}}")));
  if (stray !== undefined)
    return err(
      told(
        `"${String(stray)}" has a brace without its partner`,
        `en "${String(stray)}" hay llaves sin su pareja: se escriben {{ y }}`,
      ),
    );
  return ok({ source, parts });
}

/** The text `source` with each placeholder as `change` gives it; what is no placeholder is left as it is. */
export function withPlaceholders(
  source: string,
  change: (path: readonly string[], formatter: string | undefined) => string,
): string {
  return source.replace(PLACEHOLDER, (whole, inner: string) => {
    const [, path, formatter] = INNER.exec(inner) ?? [];
    return path === undefined ? whole : change(path.split("."), formatter);
  });
}

function isFormatter(name: string): name is Formatter {
  return FORMATTERS.some((formatter) => formatter === name);
}

export function placeholders(template: Template): Placeholder[] {
  return template.parts.filter((part) => typeof part !== "string");
}

/** The value at `path`; `undefined` when any part of it is missing. */
export function valueAt(scope: Scope, path: readonly string[]): Json | undefined {
  let value: unknown = scope;
  for (const name of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value as Json | undefined;
}

/** The text with its placeholders filled; a missing value leaves nothing. */
export function renderText(template: Template, scope: Scope, locale: Locale): string {
  return template.parts
    .map((part) => (typeof part === "string" ? part : formatValue(valueAt(scope, part.path), part.formatter, locale)))
    .join("");
}

/** Like `renderText`, but a text that is one bare placeholder keeps the value's own type. */
export function renderValue(template: Template, scope: Scope, locale: Locale): Json | undefined {
  const [only, ...others] = template.parts;
  if (only !== undefined && typeof only !== "string" && others.length === 0 && only.formatter === undefined)
    return valueAt(scope, only.path);
  return renderText(template, scope, locale);
}
