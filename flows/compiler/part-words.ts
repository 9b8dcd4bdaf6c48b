import { LOCALES, type Locale } from "../../base/contracts/view.ts";
import { withPaths } from "../engine/condition.ts";
import { withPlaceholders } from "../engine/expression.ts";
import type { Choice, Parameter, PartUse } from "./part-schema.ts";
import { GIVEN } from "./part-schema.ts";
import type { Path } from "./source.ts";

/** What a parameter of a part is where the part is used. A value is a path as the whole service knows it. */
export type Given =
  | { readonly type: "value"; readonly path: string }
  | { readonly type: "choice"; readonly choice: Choice }
  | { readonly type: "text"; readonly texts: { readonly [L in Locale]?: string } };

/** Says what is wrong at a place of the file that is read. */
export type Say = (path: Path, problem: string, remedy: string) => void;

/** How the names that stand in a part are read where it is used. */
export type Names = {
  /** Steps of the part, with those of the parts that it uses. */
  readonly own: ReadonlySet<string>;
  /** What stands before their names in the service. */
  readonly prefix: string;
  /** `undefined`: nothing is known of it, and that is told elsewhere. */
  readonly given: ReadonlyMap<string, Given | undefined>;
  /** The parameters that were read. */
  readonly read: Set<string>;
};

/** Names that mean the same in a part and outside. */
const EVERYWHERE: readonly string[] = ["identity", "site", "item"];
const VALUE = /^[a-z][\w-]*(?:\.[\w-]+)*$/i;
const ALONE = new RegExp(`^\\s*\\{\\{\\s*${GIVEN}\\.([\\w-]+)\\s*\\}\\}\\s*$`);

/** `text` of a part as the service has it; the whole of it may stand for a choice. @param locale of a text that is shown. */
export function filledText(text: string, names: Names, say: Say, path: Path, locale?: Locale): Choice {
  const [, alone] = ALONE.exec(text) ?? [];
  const choice = alone === undefined ? undefined : names.given.get(alone);
  if (alone !== undefined && choice?.type === "choice") {
    names.read.add(alone);
    return choice.choice;
  }
  return withPlaceholders(text, ([root = "", name = "", ...rest], formatter) => {
    const given = root === GIVEN ? names.given.get(name) : undefined;
    const as = formatter === undefined ? "" : ` | ${formatter}`;
    if (given === undefined || given.type === "value") {
      const whole = [root, name, ...rest].filter((part) => part !== "").join(".");
      return `{{${filledPath(whole, names, say, path)}${as}}}`;
    }
    names.read.add(name);
    const words = given.type === "text" ? locale && given.texts[locale] : given.choice;
    if (rest.length > 0 || as !== "") say(path, `"${name}" is no value that has parts or is formatted`, BARE(name));
    if (words !== undefined) return String(words);
    if (given.type === "text" && locale === undefined)
      say(path, `"${name}" is a text, and this is no text that is shown`, "Read it in the texts of the part.");
    return "";
  });
}

const BARE = (name: string) => `Write {{${GIVEN}.${name}}}.`;

/** A path that a part reads, as the service has it. */
function filledPath(path: string, { own, prefix, given, read }: Names, say: Say, at: Path): string {
  const [root = "", name = "", ...rest] = path.split(".");
  if (own.has(root)) return prefix + path;
  if (EVERYWHERE.includes(root)) return path;
  if (root !== GIVEN) {
    const known = [...own, ...EVERYWHERE].join(", ");
    say(at, `nothing called "${root}" is known in this part`, `Known are: ${known}; let the rest be given: with.`);
    return path;
  }
  if (!given.has(name)) {
    const there = given.size === 0 ? "It has none." : `It has: ${[...given.keys()].join(", ")}.`;
    say(at, `the part has no parameter "${name}"`, `${there} Add it to parameters, or correct the name.`);
    return path;
  }
  read.add(name);
  const value = given.get(name);
  if (value !== undefined && value.type !== "value")
    say(at, `"${name}" is a ${value.type}, and here stands the name of a value`, "Make it a parameter of type value.");
  return value?.type === "value" ? [value.path, ...rest].join(".") : path;
}

/** A condition of a part as the service has it. */
export function filledCondition(condition: string, names: Names, say: Say, path: Path): string {
  return withPaths(condition, (one) => filledPath(one, names, say, path));
}

/** Everything in `value` as the service has it. */
export function filledValue(value: unknown, names: Names, say: Say, path: Path = []): unknown {
  if (typeof value === "string") return filledText(value, names, say, path);
  if (Array.isArray(value)) return value.map((inner, index) => filledValue(inner, names, say, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  const inside = Object.entries(value).map(([name, inner]) => [name, filledValue(inner, names, say, [...path, name])]);
  return Object.fromEntries(inside);
}

/**
 * What `use` gives to a part, by the names of its parameters.
 *
 * @param names of the part that uses it; `undefined` for a service, whose words are as they are.
 */
export function givenBy(
  { use, with: gifts }: PartUse,
  parameters: { readonly [name: string]: Parameter },
  names: Names | undefined,
  say: Say,
): Map<string, Given | undefined> {
  const takes = Object.keys(parameters);
  for (const name of Object.keys(gifts))
    if (!takes.includes(name))
      say(
        ["with", name],
        `the part "${use}" takes no "${name}"`,
        takes.length === 0 ? "It takes nothing: remove it." : `It takes: ${takes.join(", ")}.`,
      );
  return new Map(
    Object.entries(parameters).map(([name, parameter]) => {
      const gift = Object.hasOwn(gifts, name) ? gifts[name] : undefined;
      if (gift !== undefined) return [name, read(name, parameter, gift)];
      if (parameter.type === "value" || parameter.default === undefined) {
        say(
          ["with"],
          `the part "${use}" needs "${name}"`,
          `Write below with: a line "${name}: …". ${formOf(parameter)}`,
        );
        return [name, undefined];
      }
      return [name, parameter.type === "choice" ? chosen(parameter.default) : said(parameter.default)];
    }),
  );

  function read(name: string, parameter: Parameter, gift: PartUse["with"][string]): Given | undefined {
    const path = [GIVEN, name];
    const ill = (problem: string): undefined => void say(path, problem, formOf(parameter));
    if (parameter.type === "value") {
      if (typeof gift !== "string" || !VALUE.test(gift)) return ill(`"${name}" is not the name of a value`);
      return { type: "value", path: names === undefined ? gift : filledPath(gift, names, say, path) };
    }
    if (parameter.type === "choice") {
      const choice = names === undefined ? gift : filledValue(gift, names, say, path);
      const found = parameter.of.find((one) => JSON.stringify(one) === JSON.stringify(choice));
      return found === undefined
        ? ill(`"${name}" is none of what it may be: ${JSON.stringify(choice)}`)
        : chosen(found);
    }
    if (typeof gift !== "string" && (typeof gift !== "object" || Array.isArray(gift)))
      return ill(`"${name}" is no text`);
    const foreign = Object.keys(typeof gift === "string" ? {} : gift).find(
      (name) => !LOCALES.some((one) => one === name),
    );
    if (foreign !== undefined) return ill(`"${name}" has a language "${foreign}", which the kiosk does not speak`);
    const missing = typeof gift === "string" ? undefined : LOCALES.find((locale) => gift[locale] === undefined);
    if (missing !== undefined) return ill(`"${name}" has no text in "${missing}"`);
    return said(gift, (text, locale) =>
      names === undefined ? text : String(filledText(text, names, say, path, locale)),
    );
  }
}

function chosen(choice: Choice): Given {
  return { type: "choice", choice };
}

function said(
  gift: string | { readonly [locale: string]: string },
  fill: (text: string, locale: Locale) => string = (text) => text,
): Given {
  const texts = LOCALES.map((locale) => [locale, fill(typeof gift === "string" ? gift : (gift[locale] ?? ""), locale)]);
  return { type: "text", texts: Object.fromEntries(texts) };
}

function formOf(parameter: Parameter): string {
  switch (parameter.type) {
    case "value":
      return "Write the name of something that is known by then, without braces, e.g. identity.run.";
    case "choice":
      return `Write one of: ${parameter.of.map((one) => JSON.stringify(one)).join(", ")}.`;
    case "text":
      return `Write a text between quotes, or one for each language: { ${LOCALES.map((locale) => `${locale}: "…"`).join(", ")} }.`;
  }
}
