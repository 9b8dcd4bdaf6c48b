import { z } from "zod";
import { type Told, told } from "../../base/told.ts";
import { partsOf } from "../engine/calendar.ts";
import type { Condition, Expression } from "../engine/condition.ts";
import { bare } from "./shapes.ts";

type Kind = "boolean" | "number" | "text" | "date" | "list" | "object" | "null";
type Type = {
  readonly kind: Kind;
  readonly nullable: boolean;
  readonly values?: readonly unknown[];
  /** Of a list. */
  readonly element?: unknown;
};

/** What a kind of value is called, with its article. */
const KINDS: { readonly [K in Kind]: Told } = {
  boolean: told("a boolean", "un sí o no (true o false)"),
  number: told("a number", "un número"),
  text: told("a text", "un texto"),
  date: told("a date", "una fecha"),
  list: told("a list", "una lista"),
  object: told("a object", "un grupo de valores"),
  null: told("a null", "nada (null)"),
};

class Mistyped extends Error {
  readonly said: Told;

  constructor(en: string, es: string) {
    super(en);
    this.said = told(en, es);
  }
}

/**
 * What is wrong with the types of a condition, in words; `undefined` when every part of it means something.
 *
 * @param scope the forms of what can be read where the condition stands.
 */
export function conditionProblem(condition: Condition, scope: ReadonlyMap<string, z.ZodType>): Told | undefined {
  try {
    const type = typeOf(condition.root, scope);
    if (type.kind !== "boolean")
      return told(
        `the condition "${condition.source}" is ${KINDS[type.kind].en}, not true or false`,
        `la condición "${condition.source}" es ${KINDS[type.kind].es}, y tiene que ser algo que se cumple o no`,
      );
    if (type.nullable)
      return told(
        `"${condition.source}" may be missing: compare it, e.g. with == true`,
        `"${condition.source}" puede faltar: compárelo, p. ej. con == true`,
      );
    return undefined;
  } catch (problem) {
    if (problem instanceof Mistyped) return problem.said;
    throw problem;
  }
}

const BOOLEAN: Type = { kind: "boolean", nullable: false };

function typeOf(expression: Expression, scope: ReadonlyMap<string, z.ZodType>): Type {
  switch (expression.kind) {
    case "literal":
      return literalType(expression.value);
    case "path":
      return pathType(expression.path, scope);
    case "call": {
      const { kind } = pathType(expression.path, scope);
      const wanted = ({ count: "list", age: "date", known: undefined } as const)[expression.name];
      if (wanted !== undefined && kind !== wanted)
        throw wrongKind(`${expression.name}(${expression.path.join(".")})`, wanted, kind);
      return expression.name === "known" ? BOOLEAN : { kind: "number", nullable: expression.name === "age" };
    }
    case "not":
      return mustBe("boolean", expression.of, scope, "not");
    case "and":
    case "or":
      mustBe("boolean", expression.left, scope, expression.kind);
      return mustBe("boolean", expression.right, scope, expression.kind);
    case "sum":
      mustBe("number", expression.left, scope, expression.operator);
      return mustBe("number", expression.right, scope, expression.operator);
    case "in": {
      const type = typeOf(expression.of, scope);
      for (const value of expression.list) comparable(type, literalType(value), "in");
      return BOOLEAN;
    }
    case "contains": {
      const { kind, element } = pathType(expression.path, scope);
      if (kind !== "list") throw wrongKind(`"in ${expression.path.join(".")}"`, "list", kind);
      comparable(typeOf(expression.of, scope), shapeType(element), "in");
      return BOOLEAN;
    }
    case "compare": {
      const [left, right] = asDates(typeOf(expression.left, scope), typeOf(expression.right, scope));
      if (expression.operator !== "==" && expression.operator !== "!=")
        for (const { kind } of [left, right])
          if (kind !== "number" && kind !== "date")
            throw new Mistyped(
              `"${expression.operator}" compares numbers and dates, not ${KINDS[kind].en}`,
              `"${expression.operator}" compara números y fechas, y no ${KINDS[kind].es}`,
            );
      comparable(left, right, expression.operator);
      return BOOLEAN;
    }
  }
}

function wrongKind(what: string, wanted: Kind, kind: Kind): Mistyped {
  return new Mistyped(
    `${what} takes ${KINDS[wanted].en}, not ${KINDS[kind].en}`,
    `${what} va con ${KINDS[wanted].es}, y no con ${KINDS[kind].es}`,
  );
}

/** A text that is a day, e.g. `'2026-03-01'`, is a date where it is compared with one. */
function asDates(left: Type, right: Type): readonly [Type, Type] {
  const asDate = (type: Type, other: Type): Type =>
    other.kind === "date" && type.kind === "text" && (type.values ?? []).length === 1 && isDate(type.values?.[0])
      ? { kind: "date", nullable: false }
      : type;
  return [asDate(left, right), asDate(right, left)];
}

function isDate(value: unknown): boolean {
  return typeof value === "string" && value.length === 10 && partsOf(value) !== undefined;
}

function mustBe(
  kind: "boolean" | "number",
  of: Expression,
  scope: ReadonlyMap<string, z.ZodType>,
  where: string,
): Type {
  const type = typeOf(of, scope);
  if (type.kind !== kind) throw wrongKind(`"${where}"`, kind, type.kind);
  if (kind === "boolean" && type.nullable)
    throw new Mistyped(
      `what "${where}" takes may be missing: compare it with == true`,
      `lo que acompaña a "${where}" puede faltar: compárelo con == true`,
    );
  return type;
}

function comparable(left: Type, right: Type, operator: string): void {
  if (left.kind === "null" || right.kind === "null") {
    const other = left.kind === "null" ? right : left;
    if (!other.nullable && other.kind !== "null")
      throw new Mistyped(
        "it is compared with null, and it is never missing",
        "se compara con null (nada) algo que nunca falta",
      );
    return;
  }
  if (left.kind !== right.kind)
    throw new Mistyped(
      `"${operator}" compares ${KINDS[left.kind].en} with ${KINDS[right.kind].en}`,
      `"${operator}" compara ${KINDS[left.kind].es} con ${KINDS[right.kind].es}`,
    );
  if (left.kind === "list" || left.kind === "object")
    throw new Mistyped(
      `"${operator}" does not compare ${KINDS[left.kind].en}`,
      `"${operator}" no sirve para comparar ${KINDS[left.kind].es}`,
    );
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    for (const value of one.values ?? [])
      if (
        one.values?.length === 1 &&
        other.values !== undefined &&
        other.values.length > 1 &&
        !other.values.includes(value)
      )
        throw new Mistyped(
          `it is never ${JSON.stringify(value)}, but one of ${other.values.join(", ")}`,
          `nunca es ${JSON.stringify(value)}, sino uno de estos: ${other.values.join(", ")}`,
        );
}

function literalType(value: string | number | boolean | null): Type {
  if (value === null) return { kind: "null", nullable: true };
  if (typeof value === "boolean") return BOOLEAN;
  return { kind: typeof value === "number" ? "number" : "text", nullable: false, values: [value] };
}

function pathType(path: readonly string[], scope: ReadonlyMap<string, z.ZodType>): Type {
  const [name = "", ...rest] = path;
  const root = scope.get(name);
  if (root === undefined)
    throw new Mistyped(
      `nothing called "${name}" is known here; known are: ${[...scope.keys()].join(", ")}`,
      `aquí no se conoce nada llamado "${name}"; se conocen: ${[...scope.keys()].join(", ")}`,
    );
  let here: unknown = root;
  let nullable = false;
  for (const part of rest) {
    const type = shapeType(here);
    nullable ||= type.nullable;
    const object = bare(here);
    if (!(object instanceof z.ZodObject) || !Object.hasOwn(object.shape, part))
      throw new Mistyped(`"${name}" has no "${rest.join(".")}"`, `"${name}" no tiene "${rest.join(".")}"`);
    here = object.shape[part];
  }
  const type = shapeType(here);
  return { ...type, nullable: nullable || type.nullable };
}

function shapeType(shape: unknown): Type {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable)
    return { ...shapeType(shape.unwrap()), nullable: true };
  if (shape instanceof z.ZodBoolean) return BOOLEAN;
  if (shape instanceof z.ZodNumber) return { kind: "number", nullable: false };
  if (shape instanceof z.ZodEnum) return { kind: "text", nullable: false, values: shape.options };
  if (shape instanceof z.ZodLiteral) return literalType([...shape.values][0] as string | number | boolean);
  if (shape instanceof z.ZodUnion) {
    const options = shape.options.map(shapeType);
    return {
      kind: options[0]?.kind ?? "object",
      nullable: false,
      values: options.flatMap(({ values }) => values ?? []),
    };
  }
  if (shape instanceof z.ZodISODate || shape instanceof z.ZodISODateTime) return { kind: "date", nullable: false };
  if (shape instanceof z.ZodArray) return { kind: "list", nullable: false, element: shape.element };
  if (shape instanceof z.ZodObject) return { kind: "object", nullable: false };
  return { kind: "text", nullable: false };
}
