import type { Definition } from "../compiler/definition.ts";
import { conditionsIn } from "../compiler/graph.ts";
import { dayAfter } from "../engine/calendar.ts";
import { type Expression, expressionsIn, isDay } from "../engine/condition.ts";
import { placeholders } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { resultName } from "../steps/library.ts";
import { START } from "./facets.ts";
import type { Tested } from "./samples.ts";

/**
 * What the definition compares in the result that `step` brings: values that conditions name with their neighbours, dates
 * by which an age is just reached or just not, lengths of lists, amounts that are paid or not.
 */
export function testedIn(definition: Definition, step: string): Tested {
  const tested = new Map<string, Json[]>();
  const own = definition.steps.find(({ id }) => id === step);
  const name = own === undefined ? step : resultName(own);
  const add = (path: readonly string[], ...values: Json[]) => {
    const place = path.slice(1).join(".");
    if (path[0] === name) tested.set(place, [...(tested.get(place) ?? []), ...values]);
  };
  for (const other of definition.steps) {
    if (other.kind === "look-up")
      for (const { path, is } of other.when) add([other.id, ...path.split(".")], ...[is].flat());
    if (other.kind === "pay") for (const { path } of placeholders(other.amount)) add(path, 0);
  }
  for (const { condition } of conditionsIn(definition.steps))
    for (const expression of expressionsIn(condition.root)) noteExpression(expression, add);
  return tested;
}

function noteExpression(expression: Expression, add: Add): void {
  if (expression.kind === "path") add(expression.path, true, false, null);
  if (expression.kind === "call" && expression.name === "known") add(expression.path, null);
  if (expression.kind === "contains" && expression.of.kind === "literal") add(expression.path, expression.of.value);
  if (expression.kind === "in") for (const value of expression.list) noteAgainst(expression.of, value, add);
  if (expression.kind !== "compare") return;
  for (const [side, other] of [
    [expression.left, expression.right],
    [expression.right, expression.left],
  ] as const)
    noteAgainst(side, fixedValue(other), add);
}

/** A value that is known beforehand: one that is written, or the day on which the journey begins. */
function fixedValue(expression: Expression): Json | undefined {
  if (expression.kind === "literal") return expression.value;
  return expression.kind === "path" && expression.path.join(".") === "site.startedAt" ? START.slice(0, 10) : undefined;
}

type Add = (path: readonly string[], ...values: Json[]) => void;

function noteAgainst(side: Expression, value: Json | undefined, add: Add): void {
  if (value === undefined) return;
  const near = typeof value === "number" ? [value - 1, value, value + 1] : [];
  // The parts of a sum lie as far apart as the sum says.
  const around = typeof value === "number" && side.kind === "sum" ? [...near, 0, 2 * value + 1] : near;
  const days = isDay(value) ? [dayAfter(value, -1), dayAfter(value, 1)] : [];
  for (const inner of expressionsIn(side)) {
    if (inner.kind === "path") add(inner.path, value, ...around, ...days);
    if (inner.kind !== "call") continue;
    if (inner.name === "count") add(inner.path, ...around.filter((length) => length >= 0));
    if (inner.name === "age")
      add(inner.path, ...around.flatMap((years) => [bornBefore(years, "01"), bornBefore(years, "02")]));
  }
}

/** A day in January, `years` before the walked journeys begin. */
function bornBefore(years: number, day: string): string {
  return `${Number(START.slice(0, 4)) - years}-01-${day}`;
}
