import { LOCALES, type Locale } from "../../base/contracts/view.ts";
import { type Told, told } from "../../base/told.ts";
import { withPaths } from "../engine/condition.ts";
import { withPlaceholders } from "../engine/expression.ts";
import type { Choice, Parameter, PartUse } from "./part-schema.ts";
import { GIVEN } from "./part-schema.ts";
import type { Path, Words } from "./source.ts";

/** What a parameter of a part is where the part is used. A value is a path as the whole service knows it. */
export type Given =
  | { readonly type: "value"; readonly path: string }
  | { readonly type: "choice"; readonly choice: Choice }
  | { readonly type: "text"; readonly texts: { readonly [L in Locale]?: string } };

/** Says what is wrong at a place of the file that is read. */
export type Say = (path: Path, ...words: Words) => void;

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
    if (rest.length > 0 || as !== "")
      say(
        path,
        told(
          `"${name}" is no value that has parts or is formatted`,
          `"${name}" no es un valor: va sin punto ni formato detrás`,
        ),
        told(`Write {{${GIVEN}.${name}}}.`, `Escriba {{${GIVEN}.${name}}}.`),
      );
    if (words !== undefined) return String(words);
    if (given.type === "text" && locale === undefined)
      say(
        path,
        told(
          `"${name}" is a text, and this is no text that is shown`,
          `"${name}" es un texto, y aquí no va un texto que se muestre`,
        ),
        told("Read it in the texts of the part.", 'Léalo en los "texts" de la parte.'),
      );
    return "";
  });
}

/** A path that a part reads, as the service has it. */
function filledPath(path: string, { own, prefix, given, read }: Names, say: Say, at: Path): string {
  const [root = "", name = "", ...rest] = path.split(".");
  if (own.has(root)) return prefix + path;
  if (EVERYWHERE.includes(root)) return path;
  if (root !== GIVEN) {
    const known = [...own, ...EVERYWHERE].join(", ");
    say(
      at,
      told(`nothing called "${root}" is known in this part`, `en esta parte no se conoce nada llamado "${root}"`),
      told(
        `Known are: ${known}; let the rest be given: with.`,
        `Se conocen: ${known}; lo demás se entrega con "with".`,
      ),
    );
    return path;
  }
  if (!given.has(name)) {
    const there = [...given.keys()].join(", ");
    say(
      at,
      told(`the part has no parameter "${name}"`, `la parte no tiene un dato "${name}" en "parameters"`),
      told(
        `${there === "" ? "It has none." : `It has: ${there}.`} Add it to parameters, or correct the name.`,
        `${there === "" ? "No tiene ninguno." : `Tiene: ${there}.`} Agréguelo en "parameters", o corrija el nombre.`,
      ),
    );
    return path;
  }
  read.add(name);
  const value = given.get(name);
  if (value !== undefined && value.type !== "value")
    say(
      at,
      told(
        `"${name}" is a ${value.type}, and here stands the name of a value`,
        `"${name}" es de tipo ${value.type}, y aquí va el nombre de un valor`,
      ),
      told("Make it a parameter of type value.", 'Escriba en "parameters" que es de tipo value.'),
    );
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
        told(`the part "${use}" takes no "${name}"`, `la parte "${use}" no recibe "${name}"`),
        takes.length === 0
          ? told("It takes nothing: remove it.", "No recibe nada: quítelo.")
          : told(`It takes: ${takes.join(", ")}.`, `Recibe: ${takes.join(", ")}.`),
      );
  return new Map(
    Object.entries(parameters).map(([name, parameter]) => {
      const gift = Object.hasOwn(gifts, name) ? gifts[name] : undefined;
      if (gift !== undefined) return [name, read(name, parameter, gift)];
      if (parameter.type === "value" || parameter.default === undefined) {
        say(
          ["with"],
          told(`the part "${use}" needs "${name}"`, `la parte "${use}" necesita "${name}"`),
          told(
            `Write below with: a line "${name}: …". ${formOf(parameter).en}`,
            `Escriba debajo de "with:" una línea "${name}: …". ${formOf(parameter).es}`,
          ),
        );
        return [name, undefined];
      }
      return [name, parameter.type === "choice" ? chosen(parameter.default) : said(parameter.default)];
    }),
  );

  function read(name: string, parameter: Parameter, gift: PartUse["with"][string]): Given | undefined {
    const path = [GIVEN, name];
    const ill = (en: string, es: string): undefined => void say(path, told(en, es), formOf(parameter));
    if (parameter.type === "value") {
      if (typeof gift !== "string" || !VALUE.test(gift))
        return ill(`"${name}" is not the name of a value`, `"${name}" no es el nombre de un valor`);
      return { type: "value", path: names === undefined ? gift : filledPath(gift, names, say, path) };
    }
    if (parameter.type === "choice") {
      const choice = names === undefined ? gift : filledValue(gift, names, say, path);
      const found = parameter.of.find((one) => JSON.stringify(one) === JSON.stringify(choice));
      return found === undefined
        ? ill(
            `"${name}" is none of what it may be: ${JSON.stringify(choice)}`,
            `"${name}" no puede ser ${JSON.stringify(choice)}`,
          )
        : chosen(found);
    }
    if (typeof gift !== "string" && (typeof gift !== "object" || Array.isArray(gift)))
      return ill(`"${name}" is no text`, `"${name}" no es un texto`);
    const foreign = Object.keys(typeof gift === "string" ? {} : gift).find(
      (name) => !LOCALES.some((one) => one === name),
    );
    if (foreign !== undefined)
      return ill(
        `"${name}" has a language "${foreign}", which the kiosk does not speak`,
        `"${name}" tiene un idioma "${foreign}", y el tótem no lo habla`,
      );
    const missing = typeof gift === "string" ? undefined : LOCALES.find((locale) => gift[locale] === undefined);
    if (missing !== undefined)
      return ill(`"${name}" has no text in "${missing}"`, `"${name}" no tiene un texto en "${missing}"`);
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

function formOf(parameter: Parameter): Told {
  switch (parameter.type) {
    case "value":
      return told(
        "Write the name of something that is known by then, without braces, e.g. identity.run.",
        "Escriba el nombre de algo que ya se conoce en ese punto, sin llaves, p. ej. identity.run.",
      );
    case "choice": {
      const choices = parameter.of.map((one) => JSON.stringify(one)).join(", ");
      return told(`Write one of: ${choices}.`, `Escriba uno de estos: ${choices}.`);
    }
    case "text": {
      const each = LOCALES.map((locale) => `${locale}: "…"`).join(", ");
      return told(
        `Write a text between quotes, or one for each language: { ${each} }.`,
        `Escriba un texto entre comillas, o uno para cada idioma: { ${each} }.`,
      );
    }
  }
}
