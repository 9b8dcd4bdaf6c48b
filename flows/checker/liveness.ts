import type { AnyStateNode } from "xstate";
import type { CompiledService } from "../compiler/compiled.ts";
import { reads } from "../compiler/graph.ts";
import { resultName } from "../steps/library.ts";

/** What can still matter once a journey is in a step: all else is left out when two states are compared. */
type Live = {
  /** Whether any page can be gone back to from here on. */
  readonly return: boolean;
  /** Results that this step or a later one reads. */
  readonly data: ReadonlySet<string>;
};

const NOTHING: Live = { return: false, data: new Set() };

/** What each step, and each state of the library, still needs. */
export function liveness({ machine, definition }: CompiledService): (step: string) => Live {
  const leads = new Map(Object.entries(machine.root.states).map(([name, node]) => [name, targetsOf(node)]));
  const order = new Map(definition.steps.map(({ id }, index) => [id, index]));
  const lives = new Map<string, Live>();
  for (const name of leads.keys()) {
    const later = reachable(leads, name);
    const steps = definition.steps.filter(({ id }) => id === name || later.has(id));
    // A way from a later step to an earlier one is a way back: whatever was answered may be shown again.
    const back = [name, ...later].some((from) =>
      [...(leads.get(from) ?? [])].some((to) => (order.get(to) ?? Infinity) <= (order.get(from) ?? -1) && to !== from),
    );
    const data = new Set(steps.flatMap((step) => [...reads(step), ...(back ? [resultName(step)] : [])]));
    lives.set(name, { return: back, data });
  }
  return (step) => lives.get(step) ?? NOTHING;
}

/** The top-level states that the transitions inside `node` lead to. */
function targetsOf(node: AnyStateNode): Set<string> {
  const found = new Set<string>();
  const walk = (inner: AnyStateNode): void => {
    for (const transition of [...[...inner.transitions.values()].flat(), ...(inner.always ?? [])])
      for (const target of transition.target ?? []) found.add(target.path[0] ?? "");
    Object.values(inner.states).forEach(walk);
  };
  walk(node);
  return found;
}

function reachable(leads: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>();
  const open = [...(leads.get(from) ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(leads.get(name) ?? []));
  }
  return found;
}
