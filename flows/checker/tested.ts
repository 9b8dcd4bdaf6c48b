import type { Definition } from "../compiler/definition.ts";
import { placeholders } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import type { Tested } from "./samples.ts";

/** What the definition compares in the answer that `step` brings: by conditions, and amounts that are paid or not. */
export function testedIn(definition: Definition, step: string): Tested {
  const tested = new Map<string, Json[]>();
  const add = (place: string, ...values: Json[]) => tested.set(place, [...(tested.get(place) ?? []), ...values]);
  for (const other of definition.steps) {
    if (other.id === step && other.kind === "look-up") for (const { path, is } of other.when) add(path, ...[is].flat());
    if (other.kind !== "pay") continue;
    for (const { path } of placeholders(other.amount)) if (path[0] === step) add(path.slice(1).join("."), 0);
  }
  return tested;
}
