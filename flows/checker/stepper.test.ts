import { join } from "node:path";
import { expect, test } from "vitest";
import { getMicrosteps, transition } from "xstate";
import { assertOk } from "../../base/result.ts";
import { compileService } from "../compiler/compile.ts";
import { readSource, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { stepperOf } from "./stepper.ts";
import { type Place, walk } from "./walk.ts";

const service = assertOk(
  compileService(await readSource(join(SERVICES_DIRECTORY, "chileatiende/turno"))),
  "the service",
);
const { places } = walk(service);
const start = places[0] as Place;

test("says of every event of a service what XState's own transition says, and goes through the same states", () => {
  const step = stepperOf(service, start.snapshot.context);
  const events = [
    ...(["CONTINUE", "BACK", "ABANDON", "RETRY", "FINISH", "SKIP", "ACCEPT"] as const).map((type) => ({ type })),
    ...places.flatMap(({ call }) =>
      call === undefined
        ? []
        : [{ type: `xstate.error.actor.${call.id}`, actorId: call.id, error: new Error("defect") }],
    ),
  ] as Parameters<typeof step>[1][];
  let taken = 0;
  for (const { snapshot } of places.filter((place) => place.snapshot.status === "active"))
    for (const event of events) {
      const passed = step(snapshot, event);
      if (passed === undefined) {
        expect(service.machine.getTransitionData(snapshot, event)).toEqual([]);
        continue;
      }
      if (typeof passed === "string") throw new Error(passed);
      const [next] = transition(service.machine, snapshot, event);
      expect(stateOf(passed.to)).toEqual(stateOf(next));
      expect(passed.through.map(stateOf)).toEqual(
        getMicrosteps(service.machine, snapshot, event).map(([through]) => stateOf(through)),
      );
      taken++;
    }
  expect(taken).toBeGreaterThan(places.length);
});

function stateOf({ value, status, context, children }: Place["snapshot"]) {
  const inputs = Object.values(children).map((child) => Object.keys(Reflect.get(child?.getSnapshot() ?? {}, "input")));
  return { value, status, context: { ...context, ports: undefined }, calls: Object.keys(children), inputs };
}
