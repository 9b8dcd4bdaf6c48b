import type { AnyStateNode } from "xstate";
import type { CompiledService, JourneySnapshot } from "../compiler/compiled.ts";
import type { Definition } from "../compiler/definition.ts";
import type { JourneyCall } from "../engine/journey.ts";
import type { CallInput } from "./answers.ts";

/** A call that a state waits for. */
export type Call = { readonly name: JourneyCall; readonly input: CallInput; readonly id: string };

/** The active states of `snapshot`, from the root inwards. */
export function nodesAt({ machine }: CompiledService, { value }: JourneySnapshot): AnyStateNode[] {
  const nodes: AnyStateNode[] = [machine.root];
  let here: unknown = value;
  for (let node: AnyStateNode | undefined = machine.root; node !== undefined && here !== undefined; ) {
    const name: string = typeof here === "string" ? here : (Object.keys(Object(here))[0] ?? "");
    node = node.states[name];
    here = typeof here === "string" ? undefined : Reflect.get(Object(here), name);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

/** `node` and all states within. */
export function nodesIn(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesIn)];
}

/** The call that is under way in `snapshot`, with what the machine has put into it. */
export function callAt(service: CompiledService, snapshot: JourneySnapshot): Call | undefined {
  for (const { invoke } of nodesAt(service, snapshot))
    for (const { id, src } of invoke) {
      const child = snapshot.children[id];
      const input: unknown = child === undefined ? undefined : Reflect.get(child.getSnapshot(), "input");
      return { name: src as JourneyCall, id, input: Object(input) };
    }
  return undefined;
}

/** The step, or the state of the library, and the state within it. */
export function positionOf({ value }: JourneySnapshot): [step: string, leaf: string] {
  const names: string[] = [];
  for (let here: unknown = value; here !== undefined; ) {
    const name = typeof here === "string" ? here : Object.keys(Object(here))[0];
    if (name !== undefined) names.push(name);
    here = typeof here === "string" || name === undefined ? undefined : Reflect.get(Object(here), name);
  }
  const [step = "", ...leaf] = names;
  return [step, leaf.join(".")];
}

/** The step whose page is shown: of a journey that has come to a last page, the `finish` step that the page is of. */
export function pageOf({ steps }: Definition, snapshot: JourneySnapshot): string {
  const [step] = positionOf(snapshot);
  const page = snapshot.context.ending?.page;
  return step === "ending" && page !== undefined && steps.some(({ id }) => id === page) ? page : step;
}
