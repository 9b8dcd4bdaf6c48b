import { FUNCTION } from "../../drivers/payment-terminal/transbank/messages.ts";
import { PlannedFaults } from "./planned-faults.ts";

/** What can go wrong on the wire. Times are milliseconds. */
export type Fault =
  /** The request is answered NAK and not taken. */
  | { readonly fault: "nak" }
  /** The request is not taken, and nothing is said. */
  | { readonly fault: "drop-request" }
  /** The request is taken, but the ACK is lost. */
  | { readonly fault: "drop-ack" }
  /** The ACK comes, but late. */
  | { readonly fault: "late-ack"; readonly delay: number }
  /** The terminal looks at nothing for a while, then at everything in order. */
  | { readonly fault: "stall"; readonly delay: number }
  | { readonly fault: "join-ack-and-response" }
  | { readonly fault: "wrong-lrc" }
  | { readonly fault: "drop-response" }
  | { readonly fault: "late-response"; readonly delay: number }
  | { readonly fault: "duplicate-response" }
  /** The response stops after `at` bytes and goes on after `pause`. */
  | { readonly fault: "split-response"; readonly at: number; readonly pause: number }
  /** Bytes of no meaning before the response. */
  | { readonly fault: "garbage"; readonly bytes: Uint8Array }
  | { readonly fault: "wrong-ticket" }
  | { readonly fault: "wrong-amount" }
  /** The response carries another function code. */
  | { readonly fault: "wrong-function" }
  /** Status messages without end, and never a response. */
  | { readonly fault: "status-for-ever"; readonly every: number }
  /** The cable is pulled; `replugAfter` puts it back. */
  | {
      readonly fault: "unplug";
      readonly when: "before-ack" | "after-ack" | "before-response" | "after-response";
      readonly replugAfter?: number;
    };

/** By the function code of the request, e.g. `0200`. */
export class Faults extends PlannedFaults<Fault, string> {}

/** An answer as the faults that are waiting for this request make it. */
export function falsified(answer: string, request: string, faults: Faults): string {
  const fields = answer.split("|");
  if (faults.take("wrong-ticket", request) !== undefined) fields[4] = "ZZ9999";
  if (faults.take("wrong-amount", request) !== undefined) fields[6] = String(Number(fields[6]) + 1);
  if (faults.take("wrong-function", request) !== undefined) fields[0] = FUNCTION.totalsResponse;
  return fields.join("|");
}
