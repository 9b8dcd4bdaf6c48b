import type { Retention } from "../config.ts";
import type { Store } from "./database.ts";

export type Purged = {
  readonly submissions: number;
  readonly documents: number;
  readonly attachments: number;
  readonly records: number;
};

/** Deletes what has outlived its time. A submission whose effect is not known stays until it is settled. */
export function purge({ database }: Store, retention: Retention, now: number): Purged {
  const run = (sql: string, before: number) => database.prepare(sql).run(before).changes;
  return database.transaction(() => ({
    submissions:
      run(
        `UPDATE submissions SET answer = NULL, folio = NULL
         WHERE state IN ('done', 'failed') AND answer IS NOT NULL AND updated_at < ?`,
        now - retention.results,
      ) + run("DELETE FROM submissions WHERE state IN ('done', 'failed') AND updated_at < ?", now - retention.keys),
    documents:
      run("UPDATE links SET document = NULL WHERE document IS NOT NULL AND expires_at < ?", now) +
      // A while longer, so that the page can say "expired" instead of "no such code".
      run("DELETE FROM links WHERE expires_at < ?", now - retention.results),
    attachments:
      run("DELETE FROM attachments WHERE claimed_by IS NULL AND at < ?", now - retention.attachments) +
      // Of a submission of which nobody knows whether it took effect.
      run("DELETE FROM attachments WHERE at < ?", now - retention.results),
    records:
      run("DELETE FROM consents WHERE at < ?", now - retention.consents) +
      run("DELETE FROM accesses WHERE at < ?", now - retention.accesses) +
      // One that is still to be sealed stays until it is.
      run("DELETE FROM signatures WHERE state <> 'kept' AND at < ?", now - retention.signatures) +
      run("DELETE FROM surveys WHERE at < ?", now - retention.records) +
      run("DELETE FROM incidents WHERE at < ?", now - retention.records),
  }))();
}
