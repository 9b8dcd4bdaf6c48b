import type { CardInHand } from "./hands.ts";
import type { ContractResult } from "./inside/contracts/runner.ts";
import type { Cycle } from "./inside/cycles.ts";
import type { Footprint } from "./inside/footprint.ts";
import type { KeypadSeen } from "./inside/keypad.ts";
import type { Verdict } from "./inside/station.ts";

/** A sale over an adapter of QEMU's own, as the driver tells it. */
export type EmulatedSale = {
  readonly ticket: string;
  readonly outcome: "ok" | "error" | "unknown";
  readonly approved: boolean;
  readonly code?: string;
};

/** One read of a document through QEMU's reader, libccid and pcscd. */
export type ChipRead = {
  readonly card: CardInHand;
  readonly outcome: "ok" | "error" | "unknown";
  readonly code?: string;
  readonly access?: string;
  readonly groups?: readonly string[];
  /** Each part of the authenticity and its proof, e.g. `hashes proved`. */
  readonly proofs?: readonly string[];
  /** Whether it is the document in the hand. */
  readonly right?: boolean;
  /** Milliseconds. */
  readonly took: number;
};

export type ChipSeen = {
  readonly reads: readonly ChipRead[];
  /** The driver's conditions while the reader was pulled out. */
  readonly absent: readonly string[];
  /** From its plugging in to the driver's "connected", milliseconds. */
  readonly back: number;
};

/** The lines that the guest sends. */
export type Line =
  | {
      readonly type: "booted";
      /** `uname -r`. */
      readonly release: string;
      readonly modules: readonly string[];
      /** Seconds from the kernel's start to our program's. */
      readonly uptime: number;
      readonly node: string;
    }
  | ({ readonly type: "contract" } & ContractResult)
  | { readonly type: "first"; readonly kind: string; readonly node: string; readonly verdict: Verdict }
  | ({ readonly type: "cycle" } & Cycle)
  | ({ readonly type: "footprint"; readonly cycles: number } & Footprint)
  | ({ readonly type: "keypad" } & KeypadSeen)
  | ({ readonly type: "chip" } & ChipSeen)
  | { readonly type: "adapter"; readonly node: string; readonly sales: readonly EmulatedSale[] }
  | { readonly type: "failure"; readonly message: string }
  | ({ readonly type: "end" } & Footprint);
