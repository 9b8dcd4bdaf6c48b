import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { ReceiptDocument } from "../../../drivers/receipt-printer/document.ts";
import type { PrintProgress, PrintResult, ReceiptPrinter } from "../../../drivers/receipt-printer/interface.ts";
import { servingSoon } from "../serving.ts";
import type { EffectContext } from "./context.ts";
import { atMost } from "./deadline.ts";

/** Below the three minutes that a journey waits. */
const PRINT_WITHIN = 150_000;
/** How long a ticket waits in the mouth before it is retracted, so that the next citizen does not get it. */
const TAKE_WITHIN = 30_000;
/** For whoever has the printer to be done with it: the paper of a citizen who walked away, or a test. */
const LEASE_WITHIN = 30_000;

/** Prints once. What failed, or was retracted because nobody took it, may be printed again under the same name. */
export async function print(
  context: EffectContext,
  journey: string,
  request: { readonly effect: string; readonly document: ReceiptDocument },
  onProgress: (progress: PrintProgress) => void,
): Promise<Outcome<PrintResult>> {
  const { journal } = context;
  const earlier = journal.latest(journey, request.effect);
  if (earlier?.state === "done" && earlier.detail !== "retracted")
    return done({ printed: 1, confirmed: earlier.detail === "confirmed" });
  if (earlier !== undefined && earlier.state !== "failed" && earlier.state !== "done")
    return uncertain(coded("runtime.effect-unresolved", request.effect));
  const printer = await servingSoon(context.devices, "receipt-printer", context.clock);
  if (printer === undefined) return failed(coded("runtime.no-device", "receipt-printer"));
  return await context.leases.withLease({ device: printer, holder: journey, wait: LEASE_WITHIN }, () =>
    printOn(printer, context, journey, request, onProgress),
  );
}

async function printOn(
  printer: ReceiptPrinter,
  { journal, clock }: EffectContext,
  journey: string,
  request: { readonly effect: string; readonly document: ReceiptDocument },
  onProgress: (progress: PrintProgress) => void,
): Promise<Outcome<PrintResult>> {
  const { key } = journal.intend(journey, { name: request.effect, kind: "print", device: printer.id });
  journal.advance(key, "sent");
  const outcome = await atMost(clock, PRINT_WITHIN, "print", (signal) =>
    printer.print(request.document, { signal, onProgress, takeWithin: TAKE_WITHIN }),
  );
  if (outcome.outcome === "ok") journal.advance(key, "done", detailOf(outcome.value));
  else journal.advance(key, outcome.outcome === "error" ? "failed" : "unknown", outcome.error.code);
  return outcome;
}

function detailOf(result: PrintResult): string {
  if (result.presented === "retracted") return "retracted";
  return result.confirmed ? "confirmed" : "unconfirmed";
}
