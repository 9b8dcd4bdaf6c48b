import { z } from "zod";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { FleetContext } from "../../context.ts";
import { newRolloutSchema, rolloutActionSchema } from "../contract/releases.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { ConsoleParts } from "../parts.ts";
import { listTargets } from "../queries/targets.ts";

const rolloutParams = z.strictObject({ rollout: z.uuid() });

/** Targets of the update repository, and rollouts of them. */
export function releaseRoutes({ db }: FleetContext, { rollouts, repository }: ConsoleParts): Endpoint[] {
  return [
    endpoint("targets", {
      summary: "What stands in the update repository's signed metadata",
      handle: async () => ok({ targets: await listTargets(db), expires: { ...(await repository.expiries()) } }),
    }),
    endpoint("rollouts", {
      summary: "Rollouts, newest first",
      handle: async () => ok({ rollouts: [...(await rollouts.list())] }),
    }),
    endpoint("rollout", {
      summary: "One rollout, ring by ring",
      params: rolloutParams,
      handle: async ({ params }) => {
        const found = await rollouts.get(params.rollout);
        return found === undefined ? err(coded("console.not-found", params.rollout)) : ok(found);
      },
    }),
    endpoint("newRollout", {
      summary: "Starts a rollout, or with `dryRun` only tells what it would do",
      body: newRolloutSchema,
      handle: ({ body, visitor }) => rollouts.start(body, visitor.staff),
    }),
    endpoint("changeRollout", {
      summary: "Pauses, resumes, halts or cancels a rollout",
      params: rolloutParams,
      body: rolloutActionSchema,
      handle: async ({ params, body, visitor }) => {
        if ((await rollouts.get(params.rollout)) === undefined) return err(coded("console.not-found", params.rollout));
        return await rollouts.act(params.rollout, body, visitor.staff);
      },
    }),
  ];
}
