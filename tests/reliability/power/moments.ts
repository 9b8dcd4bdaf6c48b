import type { Random } from "../../usb-lab/inside/random.ts";

/** What was seen from outside before the cut was counted down. */
export const PHASES = {
  bono: [
    "review",
    "terminal-asked",
    "card-held",
    "bank-asked",
    "charged",
    "issued",
    "printing",
    "paper-out",
    "last-screen",
  ],
  certificate: ["review", "issued", "printing", "paper-out", "last-screen"],
} as const;

export type ServiceUsed = keyof typeof PHASES;
export type Phase = (typeof PHASES)[ServiceUsed][number];

/** When the plug is pulled: so many requests to the disk, or so many milliseconds, after the phase was seen. */
export type Countdown = { readonly by: "writes" | "flushes" | "milliseconds"; readonly count: number };

/** One journey that loses its power, and what the recovery from it goes through. */
export type Plan = {
  readonly service: ServiceUsed;
  readonly phase: Phase;
  readonly countdown: Countdown;
  /** Cuts of the starts that follow, each counted from the moment the power is back. */
  readonly starts: readonly Countdown[];
  /** The kiosk gets an empty disk before. */
  readonly newDisk: boolean;
};

/** A journey of a whole sale writes some sixty times and flushes some forty. */
const MOST = { writes: 24, flushes: 12, milliseconds: 1_500 } as const;
/** A start writes less, and takes its time. */
const MOST_AT_START = { writes: 30, flushes: 12, milliseconds: 6_000 } as const;

/** Draws where the next journey loses its power. @param number counts plans; the first of a new disk loses its power while it is laid down. */
export function draw(random: Random, number: number): Plan {
  const service: ServiceUsed = random() < 0.8 ? "bono" : "certificate";
  const phases: readonly Phase[] = PHASES[service];
  const newDisk = number % 8 === 7;
  const starts: Countdown[] = [];
  while (random() < 0.2 && starts.length < 2) starts.push(countdown(random, MOST_AT_START));
  return {
    service,
    phase: pick(random, phases),
    countdown: countdown(random, MOST),
    starts,
    newDisk,
  };
}

/** A moment of the first start on an empty disk. */
export function drawFirstStart(random: Random): Countdown {
  return countdown(random, MOST_AT_START);
}

function countdown(random: Random, most: { readonly [by in Countdown["by"]]: number }): Countdown {
  const by = pick(random, ["writes", "flushes", "milliseconds"] as const);
  return { by, count: 1 + Math.floor(random() * most[by]) };
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}

export function words({ by, count }: Countdown): string {
  return `${count} ${by}`;
}
