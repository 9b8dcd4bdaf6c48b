import { z } from "zod";
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

class Mistyped extends Error {}

/**
 * What is wrong with the types of a condition, in words; `undefined` when every part of it means something.
 *
 * @param scope the forms of what can be read where the condition stands.
 */
export function conditionProblem(condition: Condition, scope: ReadonlyMap<string, z.ZodType>): string | undefined {
  try {
    const type = typeOf(condition.root, scope);
    if (type.kind !== "boolean") return `the condition "${condition.source}" is a ${type.kind}, not true or false`;
    if (type.nullable) return `"${condition.source}" may be missing: compare it, e.g. with == true`;
    return undefined;
  } catch (problem) {
    if (problem instanceof Mistyped) return problem.message;
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
      const wanted = { count: "list", age: "date", known: undefined }[expression.name];
      if (wanted !== undefined && kind !== wanted)
        throw new Mistyped(`${expression.name}(${expression.path.join(".")}) takes a ${wanted}, not a ${kind}`);
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
      if (kind !== "list") throw new Mistyped(`"in ${expression.path.join(".")}" takes a list, not a ${kind}`);
      comparable(typeOf(expression.of, scope), shapeType(element), "in");
      return BOOLEAN;
    }
    case "compare": {
      const [left, right] = asDates(typeOf(expression.left, scope), typeOf(expression.right, scope));
      if (expression.operator !== "==" && expression.operator !== "!=")
        for (const { kind } of [left, right])
          if (kind !== "number" && kind !== "date")
            throw new Mistyped(`"${expression.operator}" compares numbers and dates, not a ${kind}`);
      comparable(left, right, expression.operator);
      return BOOLEAN;
    }
  }
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
  if (type.kind !== kind) throw new Mistyped(`"${where}" takes a ${kind}, not a ${type.kind}`);
  if (kind === "boolean" && type.nullable)
    throw new Mistyped(`what "${where}" takes may be missing: compare it with == true`);
  return type;
}

function comparable(left: Type, right: Type, operator: string): void {
  if (left.kind === "null" || right.kind === "null") {
    const other = left.kind === "null" ? right : left;
    if (!other.nullable && other.kind !== "null")
      throw new Mistyped("it is compared with null, and it is never missing");
    return;
  }
  if (left.kind !== right.kind) throw new Mistyped(`"${operator}" compares a ${left.kind} with a ${right.kind}`);
  if (left.kind === "list" || left.kind === "object")
    throw new Mistyped(`"${operator}" does not compare a ${left.kind}`);
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
        throw new Mistyped(`it is never ${JSON.stringify(value)}, but one of ${other.values.join(", ")}`);
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
    throw new Mistyped(`nothing called "${name}" is known here; known are: ${[...scope.keys()].join(", ")}`);
  let here: unknown = root;
  let nullable = false;
  for (const part of rest) {
    const type = shapeType(here);
    nullable ||= type.nullable;
    const object = bare(here);
    if (!(object instanceof z.ZodObject) || !Object.hasOwn(object.shape, part))
      throw new Mistyped(`"${name}" has no "${rest.join(".")}"`);
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
