import { assign } from "xstate";
import type { Address } from "../../../base/places/address.ts";
import { COMMUNES, type Commune } from "../../../base/places/communes.ts";
import { FEWEST_LETTERS, findCommunes } from "../../../base/places/search.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { valueAt } from "../../engine/expression.ts";
import type { JourneyState } from "../../engine/journey.ts";
import { arriveAt, change, changeOn, isPassedOver, stored } from "../moves.ts";
import { said } from "../problem-page.ts";
import type { BuildEnv, StepView, ViewEnv } from "../step.ts";
import type { AskInput } from "./schema.ts";

type AddressStep = AskInput<"address">;

/** The parts that are typed, in order, and how long each may be. */
const LONGEST = { street: 60, number: 6, apartment: 30, commune: 40 } as const;
type Part = keyof typeof LONGEST;
const PARTS = ["street", "number", "apartment", "commune"] as const satisfies readonly Part[];

/** So many names can be looked through: more, and more letters are asked for. */
const MOST_FOUND = 24;

/** A page for each part, then the communes that may be meant, when there are several. */
export function addressState(step: AddressStep, env: BuildEnv): JourneyState {
  return {
    entry: [
      arriveAt(step.id),
      assign(({ context }) => {
        const parts = partsOf(valueAt(context.data, [step.id, "value"]) as Address | undefined);
        return { parts, draft: parts.street ?? "" };
      }),
    ],
    initial: "street",
    states: {
      street: {
        tags: "citizen",
        always: { guard: ({ context }) => isPassedOver(context, step.id), target: env.next },
        on: {
          BACK: [...env.back],
          ...(step.optional
            ? {
                SKIP: {
                  target: env.next,
                  actions: assign(({ context }) => stored(context, step.id, {}, env.dependents)),
                },
              }
            : {}),
          SUBMIT: submitted("street"),
        },
      },
      number: {
        tags: "citizen",
        on: { BACK: backTo("street"), SKIP: leftOut("number"), SUBMIT: submitted("number") },
      },
      apartment: {
        tags: "citizen",
        on: { BACK: backTo("number"), SKIP: leftOut("apartment"), SUBMIT: submitted("apartment") },
      },
      commune: {
        tags: "citizen",
        on: {
          BACK: backTo("apartment"),
          SUBMIT: [
            {
              guard: ({ event }) => findCommunes(event.value).length === 1,
              target: env.next,
              actions: assign(({ context, event }) => whole(step, env, context, findCommunes(event.value)[0])),
            },
            {
              guard: ({ event }) => communeFault(event.value) === null,
              target: "matches",
              actions: assign(({ context, event }) => ({
                problem: null,
                parts: { ...context.parts, commune: event.value },
              })),
            },
            { actions: assign(({ event }) => ({ draft: event.value, problem: communeFault(event.value) })) },
          ],
        },
      },
      matches: {
        tags: "citizen",
        on: {
          BACK: backTo("commune"),
          SELECT: {
            guard: ({ context, event }) => found(context).some(({ code }) => code === event.option),
            target: env.next,
            actions: assign(({ context, event }) =>
              whole(
                step,
                env,
                context,
                found(context).find(({ code }) => code === event.option),
              ),
            ),
          },
        },
      },
    },
  };
}

/** Takes a part and goes on to the next, or says what is wrong with it. */
function submitted(part: Exclude<Part, "commune">) {
  const next = PARTS[PARTS.indexOf(part) + 1] ?? "commune";
  return [
    {
      guard: ({ event }: { event: { value: string } }) => partFault(part, event.value) === null,
      target: next,
      actions: changeOn<"SUBMIT">(({ context, event }) => ({
        problem: null,
        draft: context.parts[next] ?? "",
        parts: { ...context.parts, [part]: event.value.trim() },
      })),
    },
    {
      actions: changeOn<"SUBMIT">(({ event }) => ({ draft: event.value, problem: partFault(part, event.value) })),
    },
  ];
}

function leftOut(part: "number" | "apartment") {
  const next = part === "number" ? "apartment" : "commune";
  return {
    target: next,
    actions: change(({ context }) => {
      const { [part]: _out, ...parts } = context.parts;
      return { problem: null, draft: parts[next] ?? "", parts };
    }),
  };
}

function backTo(part: Part) {
  return {
    target: part,
    actions: change(({ context }) => ({ problem: null, draft: context.parts[part] ?? "" })),
  };
}

function partFault(part: Part, typed: string): string | null {
  const value = typed.trim();
  if (value === "") return "empty";
  if (value.length > LONGEST[part]) return "too-long";
  return part === "number" && !/^\d+$/.test(value) ? "number" : null;
}

function communeFault(typed: string): string | null {
  const fault = partFault("commune", typed);
  if (fault !== null) return fault;
  const { length } = findCommunes(typed);
  if (length > MOST_FOUND || typed.trim().length < FEWEST_LETTERS) return "commune-more-letters";
  return length === 0 ? "commune-unknown" : null;
}

function found({ parts }: JourneyContext): Commune[] {
  return findCommunes(parts.commune ?? "");
}

function partsOf(address: Address | undefined): JourneyContext["parts"] {
  if (address === undefined) return {};
  const { street, number, apartment, commune } = address;
  return {
    street,
    ...(number === undefined ? {} : { number }),
    ...(apartment === undefined ? {} : { apartment }),
    commune: commune.name,
  };
}

function whole(step: AddressStep, env: BuildEnv, context: JourneyContext, commune: Commune | undefined) {
  if (commune === undefined) return {};
  const { commune: _searched, ...parts } = context.parts;
  const value = { ...parts, commune: { code: commune.code, name: commune.name } };
  return stored(context, step.id, { value }, env.dependents);
}

/** The title of the first page is the service's, those of the others the library's. */
export function addressView(step: AddressStep, env: ViewEnv): StepView {
  if (env.leaf === "matches")
    return {
      screen: {
        kind: "choose",
        title: env.common.say("ask.address.matches-title"),
        hint: env.common.say("ask.address.matches-hint"),
        options: found(env.context).map(({ code, name, region }) => ({
          id: code,
          label: { id: `communes/${code}`, text: name },
          detail: { id: `regions/${code.slice(0, 2)}`, text: region },
        })),
        ...selected(step, env),
      },
      intents: ["SELECT", "BACK"],
    };
  const part = PARTS.find((name) => name === env.leaf) ?? "street";
  const first = part === "street";
  const optional = first ? step.optional : part !== "commune";
  return {
    screen: {
      kind: "ask",
      title: first ? env.step.say("title") : env.common.say(`ask.address.${part}-title`),
      hint: first && env.step.has("hint") ? env.step.say("hint") : env.common.say(`ask.address.${part}-hint`),
      ...(first && env.step.has("why") ? { why: env.step.say("why") } : {}),
      input: part === "number" ? "number" : "text",
      value: env.context.draft,
      maxLength: LONGEST[part],
      optional,
      ...said(env, "ask"),
    },
    intents: ["SUBMIT", ...(optional ? ["SKIP" as const] : []), "BACK"],
  };
}

/** The commune that was chosen before, when it is among those that are shown. */
function selected(step: AddressStep, env: ViewEnv): { readonly selected?: string } {
  const before = valueAt(env.context.data, [step.id, "value", "commune", "code"]);
  return typeof before === "string" && COMMUNES.some(({ code }) => code === before) ? { selected: before } : {};
}
