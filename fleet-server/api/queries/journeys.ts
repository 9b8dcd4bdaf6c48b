import type { Kysely } from "kysely";
import type { z } from "zod";
import type { FleetDatabase } from "../../store/schema.ts";
import type { journeyCountersSchema } from "../contract/kiosks.ts";

/** @param since milliseconds since the Unix epoch. */
export async function journeyCounters(
  db: Kysely<FleetDatabase>,
  kiosk: string,
  since: number,
): Promise<z.infer<typeof journeyCountersSchema>> {
  const hours = await db
    .selectFrom("counter")
    .select(["hour", "service", "result", "count", "seconds"])
    .where("kiosk", "=", kiosk)
    .where("hour", ">=", since)
    .orderBy("hour", "desc")
    .orderBy("service")
    .orderBy("result")
    .execute();
  return { hours };
}
