import { z } from "zod";
import { placeholders } from "../engine/expression.ts";
import { kindOf, resultName, type Step } from "../steps/library.ts";

/** The forms of what steps bring, so that a placeholder that reads nothing is found before any citizen meets it. */
export function resultShapes(steps: readonly Step[]): Map<string, z.ZodType> {
  const shapes = new Map<string, z.ZodType>();
  for (const step of steps) {
    const shape = kindOf(step).result(step) ?? itemShape(step, shapes);
    if (shape !== undefined) shapes.set(resultName(step), shape);
  }
  return shapes;
}

/** What one item is of the list that a `choose` step takes its options from. */
export function itemShape(step: Step, shapes: ReadonlyMap<string, z.ZodType>): z.ZodType | undefined {
  if (step.kind !== "choose" || Array.isArray(step.options) || !("from" in step.options)) return undefined;
  const [name = "", ...path] = placeholders(step.options.from)[0]?.path ?? [];
  const source = shapes.get(name);
  const list = source === undefined ? undefined : shapeAt(source, path);
  return list instanceof z.ZodArray && list.element instanceof z.ZodType ? list.element : undefined;
}

/** The form of the value at `path` in values of the form `shape`; `undefined` when there is no such place. */
export function shapeAt(shape: z.ZodType, path: readonly string[]): z.ZodType | undefined {
  let here: unknown = bare(shape);
  for (const name of path) {
    if (!(here instanceof z.ZodObject) || !Object.hasOwn(here.shape, name)) return undefined;
    here = bare(here.shape[name]);
  }
  return here instanceof z.ZodType ? here : undefined;
}

/** What a form is when it is there. */
export function bare(shape: unknown): unknown {
  return shape instanceof z.ZodOptional || shape instanceof z.ZodNullable ? bare(shape.unwrap()) : shape;
}
