import type { PowerState } from "./interface.ts";

/** What a kiosk may still do. Data, so that the runtime, the console and a test read the same table. */
export type PowerAdvice = {
  /** Whether a new payment may begin. */
  readonly takePayments: boolean;
  /** Whether a paper that is owed is printed to its end. */
  readonly finishPapers: boolean;
  /** Whether the kiosk ends its journeys in good order and switches itself off. */
  readonly stop: boolean;
};

export const POWER_ADVICE = {
  /** The mains is there, or nothing says that it is not. */
  serve: { takePayments: true, finishPapers: true, stop: false },
  /** On battery: what is paid for is delivered, and no money moves that might not be. */
  finish: { takePayments: false, finishPapers: true, stop: false },
  /** The battery ends: nothing begins, and the disk is let go in good order. */
  stop: { takePayments: false, finishPapers: false, stop: true },
} as const satisfies Record<string, PowerAdvice>;
export type PowerAdviceName = keyof typeof POWER_ADVICE;

export type PowerRules = {
  /** On battery, stop when it lasts no longer than this, seconds. */
  readonly stopBelowRuntime: number;
  /** On battery, stop when it holds no more than this, per cent. */
  readonly stopBelowCharge: number;
  /** A UPS that fell silent while on battery is taken for empty after this, milliseconds (as upsmon's DEADTIME does). */
  readonly deadAfter: number;
};

/** A ticket, a payment under way and an orderly shutdown need about a minute together. */
export const DEFAULT_POWER_RULES: PowerRules = { stopBelowRuntime: 120, stopBelowCharge: 15, deadAfter: 15_000 };

/**
 * What to do about the power. Silence never makes things better: an unknown source after a battery is still the battery.
 * Without a UPS that was ever heard the kiosk serves, since most kiosks have none.
 *
 * @param now milliseconds since the Unix epoch.
 */
export function adviseOnPower(power: PowerState, now: number, rules = DEFAULT_POWER_RULES): PowerAdviceName {
  const { source, before, low, shutdown, charge, runtime, since } = power;
  const onBattery = source === "battery" || source === "off" || before === "battery" || before === "off";
  if (shutdown) return "stop";
  if (!onBattery) return "serve";
  if (low) return "stop";
  if (source === "unknown" && now - since >= rules.deadAfter) return "stop";
  if (runtime !== undefined && runtime <= rules.stopBelowRuntime) return "stop";
  if (charge !== undefined && charge <= rules.stopBelowCharge) return "stop";
  return "finish";
}
