import type { Json, OperatorAction } from "./operator.ts";

/** An action without parameters. */
export function simple(es: string, en: string, run: () => void | Promise<void>): OperatorAction {
  return { label: { es, en }, run };
}

/** One of `choices`. @throws Error that names them. */
export function choice<T extends string>(value: Json | undefined, choices: readonly T[], name: string): T {
  const found = choices.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`The ${name} must be one of ${choices.join(", ")}.`);
  return found;
}

/** A whole number, zero or more. @throws Error that says so. */
export function whole(value: Json, name: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`${name} must be a whole number, zero or more.`);
  return value;
}
