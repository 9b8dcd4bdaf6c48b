import { PlannedFaults } from "../planned-faults.ts";

/** A moment in the service of one request. */
export type Moment = "before-answer" | "after-answer" | "before-status" | "after-status" | "before-completion";

/** What can go wrong on the wire. Times are milliseconds. */
export type ZvtFault =
  /** Serial: the request is answered NAK and not taken. */
  | { readonly fault: "nak" }
  /** The request is not taken, and nothing is said. */
  | { readonly fault: "drop-request" }
  /** Serial: the request is taken, but the ACK is lost. */
  | { readonly fault: "drop-ack" }
  /** The request is taken, but the answer 80 00 is lost. */
  | { readonly fault: "drop-answer" }
  | { readonly fault: "late-answer"; readonly delay: number }
  /** The request is answered 84 with this code and not taken. */
  | { readonly fault: "reject"; readonly code: number }
  /** Serial: the status arrives with a wrong check. */
  | { readonly fault: "wrong-crc" }
  /** The status never arrives. */
  | { readonly fault: "drop-status" }
  | { readonly fault: "late-status"; readonly delay: number }
  | { readonly fault: "duplicate-status" }
  /** The status stops after `at` bytes and goes on after `pause`. */
  | { readonly fault: "split-status"; readonly at: number; readonly pause: number }
  /** Bytes of no meaning before the status. */
  | { readonly fault: "garbage"; readonly bytes: Uint8Array }
  | { readonly fault: "wrong-amount" }
  | { readonly fault: "drop-completion" }
  | { readonly fault: "late-completion"; readonly delay: number }
  /** Intermediate status without end, and never a result. */
  | { readonly fault: "status-for-ever"; readonly every: number }
  /** The cable is pulled; `replugAfter` puts it back. */
  | { readonly fault: "unplug"; readonly when: Moment; readonly replugAfter?: number }
  /** The terminal loses its power and boots. */
  | { readonly fault: "reboot"; readonly when: Moment };

/** By the control field of the request, e.g. `0x0601`. */
export class ZvtFaults extends PlannedFaults<ZvtFault, number> {}
