import type { Target } from "../target.ts";

/** The groups of targets, each loaded when its turn comes: what is not loaded is not counted with each look at the coverage. */
export const GROUPS: readonly (() => Promise<readonly Target[]>)[] = [
  async () => (await import("./framings.ts")).FRAMINGS,
  async () => (await import("./hid.ts")).HID,
  async () => (await import("./printers.ts")).PRINTERS,
  async () => (await import("./terminals.ts")).TERMINALS,
  async () => (await import("./codes.ts")).CODES,
  async () => (await import("./chip.ts")).CHIP,
];
