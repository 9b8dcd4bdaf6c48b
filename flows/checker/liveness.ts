import type { AnyStateNode } from "xstate";
import type { CompiledService } from "../compiler/compiled.ts";
import { reads } from "../compiler/graph.ts";
import type { FarWay } from "../engine/context.ts";
import { farWaysOf, resultName } from "../steps/library.ts";

/** What can still matter once a journey is in a step: all else is left out when two states are compared. */
type Live = {
  /** Whether any page can be gone back to from here on. */
  readonly return: boolean;
  /** Results that this step or a later one reads. */
  readonly data: ReadonlySet<string>;
  /** Ways of which this step or a later one looks whether they can be offered. */
  readonly far: ReadonlySet<FarWay>;
};

/** What each step, and each state of the library, still needs. */
export function liveness({ machine, definition }: CompiledService): (step: string) => Live {
  const leads: Leads = new Map(Object.entries(machine.root.states).map(([name, node]) => [name, targetsOf(node)]));
  // The states of the library stand behind the steps.
  const order = [...leads.keys()];
  const lives = new Map<string, Live>();
  for (const name of order) {
    const later = reachable(leads, name);
    const steps = definition.steps.filter(({ id }) => id === name || later.has(id));
    // A way from a later step to an earlier one is a way back: whatever was answered may be shown again.
    const back = [name, ...later].some((from) =>
      [...leadsFrom(leads, from)].some((to) => order.indexOf(to) < order.indexOf(from)),
    );
    const data = new Set(steps.flatMap((step) => [...reads(step), ...(back ? [resultName(step)] : [])]));
    lives.set(name, { return: back, data, far: new Set(steps.flatMap(farWaysOf)) });
  }
  return (step) => lives.get(step) as Live;
}

/** The states that each state leads to. */
type Leads = ReadonlyMap<string, ReadonlySet<string>>;

function leadsFrom(leads: Leads, name: string): ReadonlySet<string> {
  return leads.get(name) as ReadonlySet<string>;
}

/** The top-level states that the transitions inside `node` lead to. */
function targetsOf(node: AnyStateNode): Set<string> {
  const found = new Set<string>();
  const walk = (inner: AnyStateNode): void => {
    for (const transition of [...[...inner.transitions.values()].flat(), ...(inner.always ?? [])])
      for (const target of transition.target ?? []) found.add(String(target.path[0]));
    Object.values(inner.states).forEach(walk);
  };
  walk(node);
  return found;
}

function reachable(leads: Leads, from: string): Set<string> {
  const found = new Set(leadsFrom(leads, from));
  for (const name of found) for (const next of leadsFrom(leads, name)) found.add(next);
  return found;
}
