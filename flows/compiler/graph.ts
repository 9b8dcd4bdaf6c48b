import { type Condition, pathsIn } from "../engine/condition.ts";
import type { Template } from "../engine/expression.ts";
import { placeholders } from "../engine/expression.ts";
import { kindOf, resultName, type Step } from "../steps/library.ts";

/** The step that follows: the named one, else the one below; `undefined` after a last page. */
export function nextOf(steps: readonly Step[], step: Step): string | undefined {
  if (step.kind === "finish") return undefined;
  return step.next ?? steps[steps.indexOf(step) + 1]?.id;
}

/** Where a step leads when the journey goes forward; changes from a review lead back and are not among them. */
export function forwardFrom(steps: readonly Step[], step: Step): string[] {
  const next = nextOf(steps, step);
  const exits =
    step.kind === "review"
      ? []
      : kindOf(step)
          .exits(step)
          .map(({ target }) => target);
  return [...(next === undefined ? [] : [next]), ...exits];
}

/**
 * All steps that can come after `step`.
 *
 * @param without steps that may not be passed through.
 */
export function stepsAfter(steps: readonly Step[], step: Step, without: (step: Step) => boolean = () => false) {
  const found = new Set<string>();
  const open = forwardFrom(steps, step);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const target = steps.find(({ id }) => id === name);
    if (target === undefined || without(target)) continue;
    found.add(name);
    open.push(...forwardFrom(steps, target));
  }
  return found;
}

/** Every template inside `value`, with its place. */
export function templatesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): { readonly template: Template; readonly path: readonly (string | number)[] }[] {
  if (value === null || typeof value !== "object") return [];
  if (isTemplate(value)) return [{ template: value, path }];
  return Object.entries(value).flatMap(([name, inner]) =>
    templatesIn(inner, name === "fields" ? path : [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function isTemplate(value: object): value is Template {
  return "source" in value && "parts" in value;
}

/** Every condition inside `value`, with its place. */
export function conditionsIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): { readonly condition: Condition; readonly path: readonly (string | number)[] }[] {
  if (value === null || typeof value !== "object") return [];
  if ("source" in value && "root" in value) return [{ condition: value as Condition, path }];
  return Object.entries(value).flatMap(([name, inner]) =>
    conditionsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** Steps after `step` that not every way from it passes through. */
function onSomeWays(steps: readonly Step[], step: Step): Step[] {
  const after = stepsAfter(steps, step);
  const ends = (names: ReadonlySet<string>) => steps.some(({ id, kind }) => kind === "finish" && names.has(id));
  return steps.filter((one) => after.has(one.id) && ends(stepsAfter(steps, step, (other) => other === one)));
}

/** The names of results that a step's definition reads. A consent and a signature are always about the identity. */
export function reads(step: Step): Set<string> {
  const names = new Set<string>(step.kind === "consent" || step.kind === "sign" ? ["identity"] : []);
  for (const { template } of templatesIn(step)) for (const { path } of placeholders(template)) names.add(path[0] ?? "");
  for (const { condition } of conditionsIn(step)) for (const [name = ""] of pathsIn(condition)) names.add(name);
  return names;
}

/**
 * Results that are built, directly or through others, on what `step` brings: they read it, or are asked for only on one of the ways
 * between which it decides.
 */
export function dependentsOf(steps: readonly Step[], step: Step): string[] {
  const built = new Set([resultName(step)]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const other of steps) {
      if (![...reads(other)].some((read) => built.has(read))) continue;
      for (const one of [other, ...(other.kind === "decide" ? onSomeWays(steps, other) : [])]) {
        const name = resultName(one);
        if (built.has(name)) continue;
        built.add(name);
        grew = true;
      }
    }
  }
  built.delete(resultName(step));
  return [...built];
}
