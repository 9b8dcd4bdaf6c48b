import type { ContractResult } from "./inside/contract-runner.ts";
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
  | { readonly type: "contracts"; readonly results: readonly ContractResult[] }
  | { readonly type: "first"; readonly kind: string; readonly node: string; readonly verdict: Verdict }
  | ({ readonly type: "cycle" } & Cycle)
  | ({ readonly type: "footprint"; readonly cycles: number } & Footprint)
  | ({ readonly type: "keypad" } & KeypadSeen)
  | { readonly type: "adapter"; readonly node: string; readonly sales: readonly EmulatedSale[] }
  | { readonly type: "failure"; readonly message: string }
  | ({ readonly type: "end" } & Footprint);
