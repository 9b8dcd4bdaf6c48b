import { assign } from "xstate";
import type { Thumb } from "../../../base/contracts/gateway.ts";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { FingerAnswer } from "../../engine/ports.ts";
import { change, endWith, problem } from "../moves.ts";
import type { BuildEnv } from "../step.ts";
import { fingerVerdict, heard } from "./finger-verdict.ts";
import { knownByCard, knownByProof } from "./identity.ts";

/** Fingers that may be compared for one card: whoever lays the wrong one on is told so, and nobody tries all of theirs. */
const MAX_COMPARISONS = 3;

/** Where the finger stands in a step. */
export type FingerWay = {
  readonly step: string;
  readonly finger: "offered" | "required";
  readonly env: BuildEnv;
  /** Where the citizen may log in on the phone instead. */
  readonly usePhone: NonNullable<JourneyState["on"]>;
};

/**
 * The states in which a finger is compared, after the card has said whose it should be; `context.proof` is what the card has proved.
 * Wherever the finger proves nothing, `offered` goes on with that and `required` says so, and how else one can go on.
 */
export function fingerStates({ step, finger, env, usePhone }: FingerWay): { readonly [state: string]: JourneyState } {
  const offered = finger === "offered";
  const unproved = { target: env.next, actions: knownByProof(env.dependents) };
  const otherCard = { target: `#${step}.scanning`, actions: problem(null) };
  const again = { target: `#${step}.placing`, actions: problem(null) };
  const otherThumb = { target: `#${step}.placing`, actions: change(({ context }) => turned(context)) };
  const leave = { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) };
  const away = offered ? unproved : { target: `#${step}.fingerAway` };
  const gone = offered ? unproved : { target: `#${step}.fingerGone` };
  return {
    fingerDue: {
      always: [
        { guard: ({ context }) => offered && context.away.includes("finger"), ...unproved },
        { target: "placing", actions: change(() => ({ problem: null, attempts: 0 })) },
      ],
    },
    placing: {
      initial: "waiting",
      invoke: {
        src: "verifyFinger",
        input: ({ context, self }) => ({
          ports: context.ports,
          run: context.card?.run ?? "",
          finger: context.finger.thumb,
          notify: (event) => self.send(event),
        }),
        onDone: [
          { guard: is("match"), target: env.next, actions: knownByCard("finger-verified", env.dependents) },
          {
            guard: (state) => is("no-match")(state) && state.context.attempts + 1 < MAX_COMPARISONS,
            target: "placing",
            reenter: true,
            actions: change(({ context }) => ({ attempts: context.attempts + 1, problem: "finger-no-match" })),
          },
          { guard: is("no-match"), target: "fingerRefused" },
          { guard: is("not-known"), target: "fingerUnknown" },
          { guard: is("no-finger"), target: "placing", reenter: true, actions: problem(null) },
          { guard: is("unreadable"), target: "fingerUnreadable" },
          { guard: is("away"), ...away },
          gone,
        ],
        onError: gone,
      },
      after: { [DELAYS.finger]: gone },
      states: {
        waiting: {
          tags: "citizen",
          entry: change(({ context }) => ({ finger: { ...context.finger, hand: "lay" } })),
          on: {
            FINGER_PROGRESS: [
              { guard: ({ event }) => event.progress.feedback === "comparing", target: "comparing" },
              { actions: assign(({ context, event }) => heard(context, event.progress)) },
            ],
            BACK: otherCard,
            SKIP: { guard: () => offered, ...unproved },
          },
        },
        comparing: {
          tags: "busy",
          entry: change(({ context }) => ({ problem: null, finger: { ...context.finger, hand: "compare" } })),
          after: { [DELAYS.comparing]: away },
        },
      },
    },
    fingerUnreadable: {
      tags: "citizen",
      on: { RETRY: otherThumb, CONTINUE: { guard: () => offered, ...unproved }, ...usePhone, FINISH: leave },
    },
    fingerUnknown: {
      tags: "citizen",
      on: { RETRY: otherThumb, CONTINUE: { guard: () => offered, ...unproved }, ...usePhone, FINISH: leave },
    },
    fingerRefused: { tags: "citizen", on: { CONTINUE: offered ? unproved : otherCard, ...usePhone, FINISH: leave } },
    ...(offered
      ? {}
      : {
          fingerAway: { tags: "citizen", on: { RETRY: again, ...usePhone, FINISH: leave } },
          fingerGone: { tags: "citizen", on: { RETRY: again, ...usePhone, FINISH: leave } },
        }),
  };
}

const OTHER: { readonly [T in Thumb]: Thumb } = { "right-thumb": "left-thumb", "left-thumb": "right-thumb" };

function turned({ finger }: JourneyContext): Partial<JourneyContext> {
  return { problem: null, finger: { ...finger, thumb: OTHER[finger.thumb] } };
}

type Ended = { readonly output: Outcome<FingerAnswer> };

/** Without a card there is nobody whose finger it could be. */
function is(verdict: ReturnType<typeof fingerVerdict>) {
  return ({ context, event }: { readonly context: JourneyContext; readonly event: Ended }) =>
    (context.card === null ? "gone" : fingerVerdict(event.output)) === verdict;
}
