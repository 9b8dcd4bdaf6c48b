import { initialTransition } from "xstate";
import type { Intent } from "../../base/contracts/view.ts";
import type { CompiledService, JourneySnapshot, JourneyView } from "../compiler/compiled.ts";
import type { Definition } from "../compiler/definition.ts";
import { holds } from "../engine/condition.ts";
import { FAR_WAYS } from "../engine/context.ts";
import { DELAYS } from "../engine/delays.ts";
import type { JourneyPorts } from "../engine/ports.ts";
import { type Answer, answersOf, type News, newsOf } from "./answers.ts";
import { START } from "./facets.ts";
import { possibleIntents } from "./intents.ts";
import { type Ledger, NOTHING_YET, noteCall, noteMove } from "./ledger.ts";
import { type Call, callAt, nodesAt, positionOf } from "./position.ts";
import type { Tested } from "./samples.ts";
import { stateKeysOf } from "./state-key.ts";
import { type StepperEvent, stepperOf } from "./stepper.ts";
import { subsets } from "./subsets.ts";
import { testedIn } from "./tested.ts";

/** What can happen in a state. */
export type Move =
  | { readonly by: "citizen"; readonly intent: Intent }
  /** Nobody touches the kiosk any more, or the citizen leaves: the session ends the journey. */
  | { readonly by: "leaving" }
  | { readonly by: "port"; readonly call: Call; readonly answer: Answer }
  /** A call that is under way tells something: of all that calls tell, what leads a journey to another state. */
  | { readonly by: "news"; readonly news: News }
  /** A port does not answer in time. */
  | { readonly by: "deadline"; readonly call: Call | undefined; readonly milliseconds: number };

/** One state that a journey can be in, with what has happened in the world on the way to it. */
export type Place = {
  readonly snapshot: JourneySnapshot;
  readonly view: JourneyView;
  readonly ledger: Ledger;
  readonly call: Call | undefined;
  /** The step of the definition, or a state of the library (`incident`, `ending`, `left`). */
  readonly step: string;
  /** The state within the step, e.g. `charging`. */
  readonly leaf: string;
  readonly from: { readonly place: Place; readonly move: Move } | undefined;
  readonly on: readonly { readonly move: Move; readonly to: Place }[];
};

type Happening = { readonly place: Place; readonly move: Move };

/** All that can happen in one service. Places are in the order of the length of the shortest way to them. */
export type Walk = {
  readonly service: CompiledService;
  readonly places: readonly Place[];
  /** The machine broke here. */
  readonly broken: readonly (Happening & { readonly error: string })[];
  /** Nothing in the machine takes this. */
  readonly unheard: readonly Happening[];
  /** The cases of `decide` steps that were taken, by the step's name; -1: none of them. */
  readonly decided: ReadonlyMap<string, ReadonlySet<number>>;
  /** Whether the walk was given up because there are more states than `limit`. */
  readonly tooLarge: boolean;
};

type Growing = Omit<Place, "on"> & { readonly on: { readonly move: Move; readonly to: Place }[] };

/**
 * Walks through every state that `service` can reach: whatever the citizen does, whatever devices and institutions
 * answer, and whenever anybody stays silent. Ports are never called; the machine is asked what it would do.
 *
 * @param limit states at which the walk is given up.
 */
export function walk(service: CompiledService, limit = 50_000): Walk {
  const tested = new Map(service.definition.steps.map(({ id }) => [id, testedIn(service.definition, id)]));
  const keyOf = stateKeysOf(service, tested);
  const follow = stepperOf(service, INPUT);
  const deciding = service.definition.steps.filter(({ kind }) => kind === "decide");
  const decided = new Map<string, Set<number>>(deciding.map(({ id }) => [id, new Set()]));
  const places: Growing[] = [];
  const known = new Map<string, Growing>();
  const broken: (Happening & { error: string })[] = [];
  const unheard: Happening[] = [];
  const arrive = (snapshot: JourneySnapshot, ledger: Ledger, from: Place["from"]): Growing => {
    const [step, leaf] = positionOf(snapshot);
    const call = callAt(service, snapshot);
    const noted = call === undefined ? ledger : noteCall(ledger, call);
    const key = keyOf(snapshot, noted, step);
    const before = known.get(key);
    if (before !== undefined) return before;
    const place: Growing = { snapshot, view: service.view(snapshot), ledger: noted, call, step, leaf, from, on: [] };
    known.set(key, place);
    places.push(place);
    return place;
  };
  for (const away of subsets(FAR_WAYS)) {
    const [start] = initialTransition(service.machine, { ...INPUT, away });
    arrive(start, NOTHING_YET, undefined);
  }
  for (let at = 0; at < places.length && places.length <= limit; at++) {
    const place = places[at];
    if (place === undefined || place.snapshot.status !== "active") continue;
    for (const move of movesIn(service, place, tested.get(place.step) ?? NOTHING_TESTED)) {
      const event = eventOf(service, place.snapshot, move);
      const passed = follow(place.snapshot, event);
      if (passed === undefined) unheard.push({ place, move });
      else if (typeof passed === "string") broken.push({ place, move, error: passed });
      else {
        const to = arrive(passed.to, noteMove(service.definition, place, move), { place, move });
        place.on.push({ move, to });
        if (to.step !== place.step) noteDecisions(service.definition, passed.through, decided);
      }
    }
  }
  return { service, places, broken, unheard, decided, tooLarge: places.length > limit };
}

/** The shortest way to `place`, from the start. */
export function wayTo(place: Place): Happening[] {
  const way: Happening[] = [];
  for (let from = place.from; from !== undefined; from = from.place.from) way.unshift(from);
  return way;
}

/** The longest that any call may take; what waits longer waits for ever. */
export const LONGEST_WAIT = Math.max(...Object.values(DELAYS));

/** What can happen in a state: what a call can answer, how long it can be silent, what the citizen can do. */
export function movesIn(
  service: CompiledService,
  { snapshot, view, call, step }: Pick<Place, "snapshot" | "view" | "call" | "step">,
  tested: Tested,
): Move[] {
  const answers = call === undefined ? [] : answersOf(call.name, call.input, tested);
  return [
    ...answers.flatMap((answer): Move[] => (call === undefined ? [] : [{ by: "port", call, answer }])),
    ...(call === undefined ? [] : newsOf(call.name, view.mode)).map((news): Move => ({ by: "news", news })),
    ...nodesAt(service, snapshot).flatMap(({ after }) =>
      after.flatMap(({ delay }): Move[] =>
        typeof delay === "number" ? [{ by: "deadline", call, milliseconds: delay }] : [],
      ),
    ),
    ...possibleIntents(view, tested, stepNamed(service, step)).map((intent): Move => ({ by: "citizen", intent })),
    ...(view.mode === "busy" ? [] : [{ by: "leaving" } as const]),
  ];
}

function stepNamed({ definition }: CompiledService, name: string) {
  return definition.steps.find(({ id }) => id === name);
}

/** A `decide` step is left in the moment in which it is entered: only the states that are passed show it. */
function noteDecisions(
  { steps }: Definition,
  through: readonly JourneySnapshot[],
  decided: ReadonlyMap<string, Set<number>>,
): void {
  if (decided.size === 0) return;
  for (const { value, context } of through) {
    const [name] = Object.keys(Object(value));
    const step = steps.find(({ id }) => id === name);
    if (step?.kind !== "decide") continue;
    const scope = { ...context.data, site: { startedAt: START } };
    decided.get(step.id)?.add(step.cases.findIndex((one) => holds(one.if, scope)));
  }
}

function eventOf(service: CompiledService, snapshot: JourneySnapshot, move: Move): StepperEvent {
  // XState's own events are not in the machine's vocabulary.
  const own = (event: { readonly type: string }) => event as StepperEvent;
  switch (move.by) {
    case "citizen":
      return move.intent;
    case "leaving":
      return { type: "ABANDON" };
    case "news":
      return move.news.event;
    case "port": {
      const { id } = move.call;
      return "output" in move.answer
        ? own({ type: `xstate.done.actor.${id}`, ...{ actorId: id, output: move.answer.output } })
        : own({ type: `xstate.error.actor.${id}`, ...{ actorId: id, error: new Error("defect") } });
    }
    case "deadline": {
      const timers = nodesAt(service, snapshot).flatMap(({ after }) => after);
      return own({ type: timers.find(({ delay }) => delay === move.milliseconds)?.eventType ?? "" });
    }
  }
}

const NOTHING_TESTED: Tested = new Map();

const NO_PORTS = new Proxy({} as JourneyPorts, {
  get: (_target, name) => () => {
    throw new Error(`the walk called the port ${String(name)}`);
  },
});

const INPUT = {
  ports: NO_PORTS,
  site: { kiosk: "kiosk-1", place: "Oficina", demo: false },
  locale: "es",
  startedAt: START,
  away: [],
} as const;
