import { z } from "zod";
import { QUERIES } from "../../../base/contracts/gateway.ts";
import { arriveAt } from "../moves.ts";
import { templateSchema } from "../schema.ts";
import type { StepKind } from "../step.ts";
import { stepBase } from "../step.ts";
import { statusStates } from "./states.ts";
import { statusView } from "./view.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("status"),
  /** Whose cases. */
  run: templateSchema,
});
export type StatusStep = z.infer<typeof schema>;

/** Shows where a case of the citizen stands: what was asked, what happened, what is next and who must act. */
export const status: StepKind<StatusStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "empty-title", "empty-body"], optional: ["hint"] }),
  result: () => QUERIES["cases.status"].result,
  exits: () => [],
  build: (step, env) => ({ entry: arriveAt(step.id), initial: "listing", states: statusStates(step, env) }),
  view: statusView,
};
