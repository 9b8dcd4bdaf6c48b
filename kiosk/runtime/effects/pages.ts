import { createHash } from "node:crypto";
import type { QueryResult } from "../../../base/contracts/gateway.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { PagePrinter, PagePrintProgress } from "../../../drivers/page-printer/interface.ts";
import type { PrintProgress, PrintResult } from "../../../drivers/receipt-printer/interface.ts";
import type { Effect } from "../journal/effect.ts";
import { serving } from "../serving.ts";
import type { EffectContext } from "./context.ts";
import { atMost } from "./deadline.ts";

/** The operation of a print of whole pages, in the journal: it can be asked about later, as a ticket cannot. */
export const PAGES = "pages";

/** With the fetching of the document below the three minutes that a journey waits. */
const PRINT_WITHIN = 140_000;
/** For whoever has the printer to be done with it: the paper of a citizen who walked away, or a test. */
const LEASE_WITHIN = 30_000;
/** A job that has not ended by then is taken out of the printer, milliseconds: its paper would come out before another citizen. */
const GIVE_UP_AFTER = 20_000;
/** The last resort around the asking. */
const RECALL_WITHIN = 60_000;

export type PagesRequest = {
  readonly effect: string;
  /** The document's number. */
  readonly document: string;
  /** Whether it comes from simulated institutions, which it must say. */
  readonly demo: boolean;
};

/** Prints a document on whole pages, once. What failed may be printed again under the same name; what is in doubt may not. */
export async function printPages(
  context: EffectContext,
  journey: string,
  request: PagesRequest,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: PrintProgress) => void },
): Promise<Outcome<PrintResult>> {
  const { journal, clock, gateway } = context;
  const earlier = journal.latest(journey, request.effect);
  if (earlier?.state === "done") return done({ printed: 1, confirmed: true });
  if (earlier !== undefined && earlier.state !== "failed")
    return uncertain(coded("runtime.effect-unresolved", request.effect));
  const printer = serving(context.devices, "page-printer");
  if (printer === undefined) return failed(coded("runtime.no-device", "page-printer"));
  const { document, demo } = request;
  const asked = await gateway.query("document.pages", { document, demo }, signal);
  if (asked.outcome !== "ok") return failed(asked.error);
  const pdf = Buffer.from((asked.value as QueryResult<"document.pages">).pdf, "base64");
  if (signal.aborted) return failed(coded("common.cancelled", request.effect));
  const outcome = await context.leases.withLease({ device: printer, holder: journey, wait: LEASE_WITHIN }, async () => {
    const { effect: name } = request;
    const effect = journal.intend(journey, { name, kind: "print", operation: PAGES, device: printer.id });
    journal.advance(effect.key, "sent");
    const printed = await atMost(clock, PRINT_WITHIN, "print", (inner) =>
      printer.print({ pdf }, { intent: intentOf(effect), signal: inner, onProgress: (now) => tell(now, onProgress) }),
    );
    return record(context, effect, printed);
  });
  pdf.fill(0);
  return outcome;
}

/**
 * Asks the printer once what became of a print that is `sent` or `unknown`, and records what it says. What is still under way is waited
 * for a little, and then taken back.
 */
export async function recallPages(
  context: EffectContext,
  effect: Effect,
  printer: PagePrinter,
): Promise<Outcome<PrintResult>> {
  const { clock } = context;
  const lease = { device: printer, holder: effect.journey, wait: LEASE_WITHIN };
  const answer = await context.leases.withLease(lease, async () => {
    const giveUp = new AbortController();
    const timer = clock.setTimeout(() => giveUp.abort(), GIVE_UP_AFTER);
    const told = await atMost(clock, RECALL_WITHIN, "recall", (signal) =>
      printer.recall(intentOf(effect), { signal, giveUp: giveUp.signal }),
    );
    timer.cancel();
    return told;
  });
  if (answer.outcome === "error" && answer.error.code === "runtime.device-in-use") return uncertain(answer.error);
  return answer.outcome === "unknown" ? answer : record(context, effect, answer);
}

function record({ journal }: EffectContext, { key }: Effect, outcome: Outcome<PrintResult>): Outcome<PrintResult> {
  if (outcome.outcome === "ok") journal.advance(key, "done", "confirmed");
  else journal.advance(key, outcome.outcome === "error" ? "failed" : "unknown", outcome.error.code);
  return outcome;
}

/** The job's name, by which it is found again: the effect's key in letters that a printer's panel may show. */
function intentOf({ key }: Effect): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

/** What a ticket's progress has no word for is told by the printer's conditions. */
function tell(progress: PagePrintProgress, onProgress: (progress: PrintProgress) => void): void {
  if (progress === "sent" || progress === "printed") onProgress(progress);
}
