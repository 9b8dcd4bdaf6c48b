import { type AnyActorScope, createActor } from "xstate";
import type { CompiledService, JourneySnapshot } from "../compiler/compiled.ts";
import type { JourneyInput } from "../engine/context.ts";

export type StepperEvent = Parameters<CompiledService["machine"]["transition"]>[1];

/** The state in which an event leaves a journey, and those that it passes on the way there. */
export type Passed = { readonly to: JourneySnapshot; readonly through: readonly JourneySnapshot[] };

/**
 * Asks a service's machine what it would do, and does nothing of it.
 *
 * XState's own `transition` says the same, and starts a whole journey anew for each question: that was half of what a walk took.
 *
 * @returns for a state and an event: where it leads; what broke the machine; or `undefined` when nothing takes the event.
 */
export function stepperOf(
  { machine }: CompiledService,
  input: JourneyInput,
): (snapshot: JourneySnapshot, event: StepperEvent) => Passed | string | undefined {
  const self = createActor(machine, { input });
  const nothing = () => undefined;
  const still = { logger: nothing, defer: nothing, emit: nothing, stopChild: nothing, actionExecutor: nothing };
  const scope: AnyActorScope = { self, system: self.system, id: "", sessionId: "", ...still };
  return (snapshot, event) => {
    try {
      if ((machine.getTransitionData(snapshot, event)?.length ?? 0) === 0) return undefined;
      const through = machine.microstep(snapshot, event, scope);
      const to = through.at(-1) ?? snapshot;
      return to.status === "error" ? String(to.error) : { to, through };
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
