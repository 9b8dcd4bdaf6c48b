import type { IntentType, Screen } from "../../base/contracts/view.ts";
import type { JourneyContext, JourneyEvent } from "../engine/context.ts";
import type { Speaker } from "../engine/text-table.ts";
import { endingView } from "../steps/endings.ts";
import { kindOf, type Step } from "../steps/library.ts";
import type { ServiceFacts, StepView, ViewEnv } from "../steps/step.ts";
import type { JourneySnapshot, JourneyView } from "./compiled.ts";
import type { Definition } from "./definition.ts";

/** What the citizen sees in `snapshot`: nothing but a function of it. */
export function journeyView(definition: Definition, service: ServiceFacts, snapshot: JourneySnapshot): JourneyView {
  const context: JourneyContext = snapshot.context;
  const [state, leaf] = position(snapshot.value);
  const ended = state === "ending" ? context.ending?.page : undefined;
  const step = definition.steps.find(({ id }) => id === (leaf === "finished" && ended !== undefined ? ended : state));
  const { screen, intents } = viewOf(step, service, context, leaf);
  const possible = intents.filter((intent) => isPossible(snapshot, intent));
  const mode = snapshot.hasTag("citizen") ? "citizen" : snapshot.hasTag("finished") ? "finished" : "busy";
  const place = placeOf(definition.steps, step);
  return {
    screen: withoutImpossible(screen, possible),
    intents: possible,
    ...(place === undefined || state === "ending" ? {} : { step: place }),
    mode,
    losesOnLeave: mode === "citizen" && !context.delivered && !context.waiting && Object.keys(context.data).length > 0,
  };
}

function viewOf(step: Step | undefined, service: ServiceFacts, context: JourneyContext, leaf: string): StepView {
  const speaker = service.speaker(context);
  const env: ViewEnv = {
    context,
    leaf,
    scope: service.scope(context),
    step: step === undefined ? speaker : within(speaker, step.id),
    service: speaker,
    common: service.common(context),
  };
  return step === undefined ? endingView(env) : kindOf(step).view(step, env);
}

function within(speaker: Speaker, step: string): Speaker {
  return {
    say: (key, extra) => speaker.say(`${step}.${key}`, extra),
    paragraphs: (key, extra) => speaker.paragraphs(`${step}.${key}`, extra),
    has: (key) => speaker.has(`${step}.${key}`),
  };
}

/** The state of the journey and the state within it. */
function position(value: unknown): [state: string, leaf: string] {
  if (typeof value === "string") return [value, ""];
  const [state, inner] = Object.entries(value ?? {})[0] ?? ["", ""];
  return [state, typeof inner === "string" ? inner : (Object.keys(inner ?? {})[0] ?? "")];
}

/** Intents that carry a value are judged when they come; the others can be asked about beforehand. */
const PLAIN = [
  ...(["CONTINUE", "BACK", "ACCEPT", "REFUSE", "TYPE_RUN", "USE_PHONE", "SCAN"] as const),
  ...(["CONFIRM", "RETRY", "SKIP", "FINISH"] as const),
] as const;

function isPossible(snapshot: JourneySnapshot, intent: IntentType): boolean {
  const plain = PLAIN.find((type) => type === intent);
  return plain === undefined || snapshot.can({ type: plain } satisfies JourneyEvent);
}

function withoutImpossible(screen: Screen, possible: readonly IntentType[]): Screen {
  if (screen.kind !== "problem") return screen;
  return { ...screen, actions: screen.actions.filter(({ intent }) => possible.includes(intent)) };
}

/** Steps that a citizen counts: those that ask or show something on the way, not the look-ups between them. */
function placeOf(steps: readonly Step[], step: Step | undefined): { current: number; total: number } | undefined {
  const counted = steps.filter(({ kind }) => kind !== "look-up" && kind !== "finish" && kind !== "survey");
  if (step === undefined || step.kind === "finish" || step.kind === "survey") return undefined;
  const upTo = steps.slice(0, steps.indexOf(step) + 1).filter((other) => counted.includes(other)).length;
  return { current: Math.max(1, upTo), total: counted.length };
}
