import { err, ok, type Result } from "../../base/result.ts";
import type { CallFailure, IppClient } from "./client.ts";
import { groupsOf, integers, keywords } from "./ipp/attributes.ts";
import { GROUP } from "./ipp/message.ts";
import { JOB_ATTRIBUTES, type JobFacts, readJob } from "./job-facts.ts";
import type { LinkOptions } from "./link.ts";

/** More than a kiosk's printer has in its lists. */
const LIMIT = 500;

/**
 * Looks for a job by its name, among those under way and those that have ended (RFC 8011, 4.2.6).
 *
 * @returns `undefined` when the printer has answered and does not know it.
 */
export async function findJob(
  client: IppClient,
  name: string,
  options: LinkOptions,
): Promise<Result<JobFacts | undefined, CallFailure>> {
  // In this order: a job that ends between the two questions is in the second list.
  for (const which of ["not-completed", "completed"]) {
    const answer = await client.call("Get-Jobs", {
      ...options,
      operation: [
        integers("limit", LIMIT),
        keywords("which-jobs", which),
        keywords("requested-attributes", ...JOB_ATTRIBUTES),
      ],
    });
    if (!answer.ok) return err(answer.error);
    const found = groupsOf(answer.value, GROUP.job).map(readJob);
    const job = found.find((candidate) => candidate?.name === name);
    if (job !== undefined) return ok(job);
  }
  return ok(undefined);
}
