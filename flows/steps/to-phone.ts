import { assign } from "xstate";
import { z } from "zod";
import { DELAYS } from "../engine/delays.ts";
import { renderText } from "../engine/expression.ts";
import { linkOf } from "./hand-off.ts";
import { begin, effectName, endWith, newEffect } from "./moves.ts";
import { problemPage, waitingPage } from "./problem-page.ts";
import { nameSchema, templateSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("to-phone"),
  /** What the phone goes on with; each has its label in the text `fields.<name>`. */
  fields: z.record(nameSchema, templateSchema),
});
export type ToPhoneStep = z.infer<typeof schema>;

/** The case goes on at the citizen's phone: by a link of one use, as QR and short code. The gateway keeps what was entered, sealed. */
export const toPhone: StepKind<ToPhoneStep> = {
  schema,
  page: false,
  texts: (step) => ({ required: ["title", ...Object.keys(step.fields).map((name) => `fields.${name}`)], optional: [] }),
  result: () => undefined,
  exits: () => [],
  build: (step, env) => {
    const away = {
      CONTINUE: env.next,
      BACK: [...env.back],
      FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
    };
    return {
      entry: [begin, newEffect("to-phone")],
      initial: "linking",
      states: {
        linking: {
          tags: "busy",
          invoke: {
            src: "submit",
            input: ({ context }) => {
              const scope = env.service.scope(context);
              const { say } = env.service.speaker({ ...context, locale: "es" });
              const fields = Object.entries(step.fields).map(([name, value]) => ({
                name,
                label: say(`${step.id}.fields.${name}`).text,
                value: renderText(value, scope, "es"),
              }));
              return {
                ports: context.ports,
                effect: effectName(context, "to-phone"),
                operation: "hand-off.to-phone",
                input: { service: env.service.id, title: say("service.name").text, fields },
              };
            },
            onDone: [
              {
                guard: ({ event }) => linkOf("hand-off.to-phone", event.output) !== null,
                target: "linked",
                actions: assign(({ event }) => ({ link: linkOf("hand-off.to-phone", event.output) })),
              },
              { target: "notLinked" },
            ],
            onError: "notLinked",
          },
          after: { [DELAYS.submit]: "notLinked" },
        },
        linked: {
          tags: "citizen",
          on: {
            CONTINUE: { target: env.next, actions: assign({ link: null }) },
            BACK: [...env.back],
          },
        },
        /** A link whose answer was lost is used by nobody: another is made. */
        notLinked: {
          tags: "citizen",
          on: { RETRY: { target: "linking", actions: newEffect("to-phone") }, ...away },
        },
      },
    };
  },
  view: (_step, env) => {
    if (env.leaf === "linking") return waitingPage(env, "to-phone.linking");
    if (env.leaf === "notLinked")
      return problemPage(env, "to-phone.failed", [
        ["RETRY", "action.retry"],
        ["CONTINUE", "to-phone.without"],
        ["FINISH", "action.leave"],
      ]);
    return {
      screen: {
        kind: "hand-off",
        title: env.step.say("title"),
        body: env.common.paragraphs("to-phone.body"),
        qr: env.context.link?.url ?? "",
        code: env.context.link?.code ?? "",
      },
      intents: ["CONTINUE", "BACK"],
    };
  },
};
