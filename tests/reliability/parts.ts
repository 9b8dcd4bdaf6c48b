import type { ReliabilityPart } from "./part.ts";

/** Every part, in the order in which they run; loaded when it is asked for. */
export const PARTS: Readonly<Record<string, () => Promise<ReliabilityPart>>> = {
  crash: async () => (await import("./crash/crash.ts")).crash,
  disk: async () => (await import("./disk/disk.ts")).disk,
  power: async () => (await import("./power/power.ts")).power,
  soak: async () => (await import("./soak/soak.ts")).soak,
};
