import { z } from "zod";
import type { Json } from "../engine/ports.ts";

/** What a condition of the definition compares with, by place in an answer (`tramo`, `provider.level`). */
export type Tested = ReadonlyMap<string, readonly Json[]>;

/** Texts that the forms of contracts ask for; the first that a form takes is used. */
const TEXTS = [
  "x",
  "12345678-5",
  "0000001",
  "1234",
  "2030-01-01",
  "10:30",
  "2030-01-01T12:00:00Z",
  "https://x.example/",
  "a@b.example",
];
const OTHER_TEXTS = [
  "y",
  "11111111-1",
  "0000002",
  "5678",
  "2031-02-02",
  "11:45",
  "2031-02-02T12:00:00Z",
  "https://y.example/",
  "c@d.example",
];

/**
 * Answers of the form `shape` that stand for all answers: a journey can only tell them apart by what `tested` names, by
 * lists that are empty or not, and by which item of a list was chosen.
 */
export function samples(shape: z.ZodType, tested: Tested): Json[] {
  return variants(shape, "", tested, 0);
}

function variants(shape: unknown, place: string, tested: Tested, flavour: number): Json[] {
  const compared = tested.get(place);
  if (shape instanceof z.ZodArray) return lists(shape, compared ?? []);
  if (compared !== undefined && shape instanceof z.ZodType) return comparedWith(shape, compared, flavour);
  if (shape instanceof z.ZodObject) return product(Object.entries(shape.shape), place, tested, flavour);
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable)
    return variants(shape.unwrap(), place, tested, flavour);
  const value = one(shape, flavour);
  return value === undefined ? [] : [value];
}

/** An empty list, one of two, those of the lengths that conditions name, and those that hold what conditions look for in it. */
function lists(shape: z.ZodArray, compared: readonly Json[]): Json[] {
  const lengths = new Set([0, 2, ...compared.filter((length) => typeof length === "number")]);
  const named = compared.filter(
    (value) => shape.element instanceof z.ZodType && shape.element.safeParse(value).success,
  );
  return [
    ...[...lengths].map((length) =>
      Array.from({ length }, (_, each) => one(shape.element, each)).filter((item) => item !== undefined),
    ),
    ...named.map((value) => [value]),
    ...(named.length > 1 ? [named] : []),
  ];
}

/** Every value that a condition names and the form allows, and one that no condition names. */
function comparedWith(shape: z.ZodType, compared: readonly Json[], flavour: number): Json[] {
  const named = [...new Set(compared)].filter((value) => shape.safeParse(value).success);
  const others = [...ALL, ...literalsOf(shape)].filter(
    (value) => shape.safeParse(value).success && !named.some((one) => one === value),
  );
  const other = others[flavour % Math.max(1, others.length)];
  return other === undefined ? named : [...named, other];
}

const ALL: readonly Json[] = [1000, 0, 1, 2, true, false, null, ...TEXTS];

function literalsOf(shape: unknown): Json[] {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable) return literalsOf(shape.unwrap());
  if (shape instanceof z.ZodEnum) return shape.options.filter((value) => typeof value === "string");
  if (shape instanceof z.ZodUnion) return shape.options.flatMap(literalsOf);
  if (shape instanceof z.ZodLiteral) return [...shape.values] as Json[];
  return [];
}

function product(fields: readonly [string, unknown][], place: string, tested: Tested, flavour: number): Json[] {
  let all: { readonly [name: string]: Json }[] = [{}];
  for (const [name, field] of fields) {
    const values = variants(field, place === "" ? name : `${place}.${name}`, tested, flavour);
    if (values.length === 0) continue;
    all = all.flatMap((object) => values.map((value) => ({ ...object, [name]: value })));
  }
  return all;
}

/** One value of the form `shape`; another `flavour` gives another value where the form has several. */
export function one(shape: unknown, flavour = 0): Json | undefined {
  if (shape instanceof z.ZodObject) {
    const fields = Object.entries(shape.shape).map(([name, field]) => [name, one(field, flavour)] as const);
    return Object.fromEntries(fields.filter((field): field is [string, Json] => field[1] !== undefined));
  }
  if (shape instanceof z.ZodRecord) return {};
  if (shape instanceof z.ZodArray) {
    const item = one(shape.element, flavour);
    return item === undefined ? [] : [item];
  }
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable) return one(shape.unwrap(), flavour);
  const literals = literalsOf(shape);
  if (literals.length > 0) return literals[flavour % literals.length];
  if (!(shape instanceof z.ZodType)) return undefined;
  const texts = flavour % 2 === 0 ? TEXTS : OTHER_TEXTS;
  return [1000 + flavour, ...texts, ...ALL].find((value) => shape.safeParse(value).success);
}
