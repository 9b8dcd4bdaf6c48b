import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { PrinterFacts } from "./facts.ts";
import type { PrintProgress, PrintResult } from "./interface.ts";
import type { PrinterProfile } from "./profile.ts";
import type { PrinterSession } from "./session.ts";
import type { PrinterTimings } from "./timings.ts";

type Presenter = NonNullable<PrinterProfile["presenter"]>;

export type PresenterOptions = {
  readonly clock: Clock;
  readonly timings: PrinterTimings;
  readonly signal: AbortSignal;
};

/**
 * Follows a printed ticket to the citizen's hand.
 *
 * @returns what became of it; `undefined` when the printer never showed it in the mouth, or was lost meanwhile.
 */
export async function present(
  session: PrinterSession,
  presenter: Presenter,
  options: PresenterOptions & {
    readonly takeWithin: number | undefined;
    readonly onProgress: (progress: PrintProgress) => void;
  },
): Promise<PrintResult["presented"]> {
  const { timings, takeWithin, onProgress } = options;
  if (!session.reportsMouth) return undefined;
  if (!(await untilFact(session, inMouth, timings.presenterWithin, options))) return undefined;
  onProgress("presented");
  if (takeWithin === undefined) return "waiting";
  if (await untilFact(session, notInMouth, takeWithin, options)) {
    onProgress("taken");
    return "taken";
  }
  if (!options.signal.aborted && (await retract(session, presenter, options))) {
    onProgress("retracted");
    return "retracted";
  }
  return session.over.aborted ? undefined : "waiting";
}

/** Waits for an earlier ticket to be taken, then draws it in; `false` when it is still in the mouth. */
export async function clearMouth(session: PrinterSession, presenter: Presenter, options: PresenterOptions) {
  if (await untilFact(session, notInMouth, options.timings.mouthWithin, options)) return true;
  return !options.signal.aborted && (await retract(session, presenter, options));
}

async function retract(session: PrinterSession, presenter: Presenter, options: PresenterOptions): Promise<boolean> {
  await session.write(Uint8Array.from(presenter.retract));
  return await untilFact(session, notInMouth, options.timings.presenterWithin, options);
}

const inMouth = (facts: PrinterFacts) => facts.ticketInMouth;
const notInMouth = (facts: PrinterFacts) => !facts.ticketInMouth;

/** Whether `holds` became true in time, on a link that lives. */
async function untilFact(
  session: PrinterSession,
  holds: (facts: PrinterFacts) => boolean,
  milliseconds: number,
  { clock, signal }: PresenterOptions,
): Promise<boolean> {
  const met = new AbortController();
  const unsubscribe = session.facts.subscribe((facts) => {
    if (holds(facts)) met.abort();
  });
  if (!holds(session.facts.value))
    await pause(clock, milliseconds, AbortSignal.any([met.signal, signal, session.over]));
  unsubscribe();
  return holds(session.facts.value) && !session.over.aborted;
}
