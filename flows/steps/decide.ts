import { z } from "zod";
import { holds } from "../engine/condition.ts";
import { begin } from "./moves.ts";
import { waitingPage } from "./problem-page.ts";
import { conditionSchema, nameSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("decide"),
  /** The first case whose condition holds tells where to go; `next` when none does. */
  cases: z.array(z.strictObject({ if: conditionSchema, go: nameSchema })).min(1),
});
export type DecideStep = z.infer<typeof schema>;

/** Goes one way or another by what is known, without asking anybody. */
export const decide: StepKind<DecideStep> = {
  schema,
  page: false,
  texts: () => ({ required: [], optional: [] }),
  result: () => undefined,
  exits: (step) => step.cases.map(({ go }, index) => ({ target: go, path: ["cases", index, "go"] })),
  build: (step, env) => ({
    entry: begin,
    initial: "deciding",
    states: {
      deciding: {
        always: [
          ...step.cases.map((one) => ({
            guard: ({ context }: { context: Parameters<typeof env.service.scope>[0] }) =>
              holds(one.if, env.service.scope(context)),
            target: `#${one.go}`,
          })),
          { target: env.next },
        ],
      },
    },
  }),
  // Nobody sees it: it is left in the moment in which it is entered.
  view: (_step, env) => waitingPage(env, "ending"),
};
