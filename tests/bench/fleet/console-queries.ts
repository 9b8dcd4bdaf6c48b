import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { kioskPageSchema } from "../../../fleet-server/api/contract/kiosks.ts";
import { percentile, round } from "../figures.ts";
import type { Centre } from "../support/centre.ts";

/** Milliseconds. */
export const QUERY_LIMIT = 200;
/** Between two questions of one operator. */
const THINKING = 25;

export type QueryFigures = {
  readonly query: string;
  readonly samples: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p95: number;
};

/** Asks the console's API for all that its pages show, one after the other, until `done`. */
export async function measureConsole({ staff }: Centre, done: AbortSignal): Promise<QueryFigures[]> {
  const first = kioskPageSchema.parse(await staff.call("GET", "/kiosks?limit=50"));
  const [kiosk] = first.kiosks;
  const queries: Readonly<Record<string, string>> = {
    now: "/now",
    kiosks: "/kiosks?limit=50",
    "kiosks, second page": `/kiosks?limit=50&after=${encodeURIComponent(first.next ?? "")}`,
    "kiosks by place": "/kiosks?limit=50&sort=place",
    "kiosks longest silent": "/kiosks?limit=50&sort=last-seen",
    "kiosks by condition": "/kiosks?limit=50&condition=critical",
    "kiosks by axis": "/kiosks?limit=50&axis=devices",
    "kiosks by who must act": "/kiosks?limit=50&who=attendant",
    "kiosks of a site": `/kiosks?limit=50&site=${encodeURIComponent("Comuna 7")}`,
    "kiosks of a ring": "/kiosks?limit=50&ring=general",
    "kiosks by release": "/kiosks?limit=50&release=0.1.0",
    "search by number": "/kiosks?limit=50&search=0421",
    "search by words": `/kiosks?limit=50&search=${encodeURIComponent("módulo 99")}`,
    "search without a match": "/kiosks?limit=50&search=nowhere",
    "one kiosk": `/kiosks/${kiosk?.id}`,
    timeline: `/kiosks/${kiosk?.id}/timeline`,
    journeys: `/kiosks/${kiosk?.id}/journeys`,
    rollouts: "/rollouts",
    targets: "/targets",
  };
  const times = new Map<string, number[]>();
  const errors = new Map<string, number>();
  while (!done.aborted)
    for (const [query, path] of Object.entries(queries)) {
      if (done.aborted) break;
      const began = performance.now();
      try {
        await staff.call("GET", path);
        times.set(query, [...(times.get(query) ?? []), performance.now() - began]);
      } catch (error) {
        console.error(error instanceof Error ? error.message : String(error));
        errors.set(query, (errors.get(query) ?? 0) + 1);
      }
      await pause(systemClock, THINKING);
    }
  return [...times].map(([query, all]) => ({
    ...{ query, samples: all.length, errors: errors.get(query) ?? 0 },
    ...{ median: round(percentile(all, 0.5), 1), p95: round(percentile(all, 0.95), 1) },
  }));
}
