import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Counter } from "../../base/contracts/fleet/report.ts";
import type { JourneyPage, RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import { pause } from "../../base/deadline.ts";
import type { RuntimeLink } from "../runtime-link/interface.ts";
import type { AgentStore } from "../store/interface.ts";
import { Wake } from "../wake.ts";

const PAGE = 200;
const HOUR = 3_600_000;
/** A journey ends a moment after its citizen left: the runtime writes its end first. */
const AFTER_CITIZEN = 1_000;
/** In case that an end was missed. */
const AT_LEAST_EVERY = 15 * 60_000;
const CURSOR = "journeys.cursor";
const cursorSchema = z.object({ journal: z.string(), cursor: z.number() });

/** Ended journeys as sums by hour, service and result: what a fleet may know of them. */
export function countJourneys(journeys: JourneyPage["journeys"]): Counter[] {
  const sums = new Map<string, Counter>();
  for (const { service: id, result: end, startedAt, endedAt } of journeys) {
    const hour = Math.max(0, endedAt - (endedAt % HOUR));
    const service = id.slice(0, 120);
    const result = end.slice(0, 60);
    const key = JSON.stringify([hour, service, result]);
    const before = sums.get(key);
    const seconds = Math.max(0, Math.round((endedAt - startedAt) / 1000));
    sums.set(key, {
      hour,
      service,
      result,
      count: (before?.count ?? 0) + 1,
      seconds: (before?.seconds ?? 0) + seconds,
    });
  }
  return [...sums.values()];
}

/**
 * Counts the journeys that ended since the last look, after each citizen, until `signal`. The cursor moves in the
 * transaction of what it counted, so that no journey is lost or counted twice.
 */
export async function followJourneys(options: {
  readonly link: RuntimeLink;
  readonly store: AgentStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { link, clock, signal } = options;
  const wake = new Wake();
  let before: RuntimeStatus | undefined;
  const unsubscribe = link.status.subscribe((now) => {
    const left = before?.serving === true && now?.serving === false;
    const returned = now !== undefined && before?.boot !== now.boot;
    before = now;
    if (left || returned) wake.call();
  });
  while (!signal.aborted) {
    if (link.status.value !== undefined) await countNew(options);
    if (await wake.wait(clock, AT_LEAST_EVERY, signal)) await pause(clock, AFTER_CITIZEN, signal);
  }
  unsubscribe();
}

async function countNew(options: {
  readonly link: RuntimeLink;
  readonly store: AgentStore;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { link, store, signal } = options;
  for (;;) {
    const known = cursorSchema.safeParse(store.values.get(CURSOR)).data;
    const page = await link.journeys(known?.cursor ?? 0, PAGE, signal);
    if (!page.ok || signal.aborted) return;
    const { journal, journeys } = page.value;
    if (known !== undefined && known.journal !== journal) {
      // A new journal counts from its own beginning; this page began somewhere else.
      store.values.set(CURSOR, { journal, cursor: 0 });
      continue;
    }
    const last = journeys.at(-1);
    if (last === undefined) return;
    store.transaction(() => {
      store.outbox.append({ type: "counters", counters: countJourneys(journeys) });
      store.values.set(CURSOR, { journal, cursor: last.cursor });
    });
    if (journeys.length < PAGE) return;
  }
}
