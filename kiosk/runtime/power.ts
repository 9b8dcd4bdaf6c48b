import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, type Unsubscribe } from "../../base/observable.ts";
import type { Ups } from "../../drivers/ups/interface.ts";
import {
  adviseOnPower,
  DEFAULT_POWER_RULES,
  POWER_ADVICE,
  type PowerAdviceName,
  type PowerRules,
} from "../../drivers/ups/policy.ts";

/**
 * A UPS that fell silent is a condition of its status, and no reason to end: a daemon that is restarted must not switch a kiosk off. What
 * it said last holds until it speaks again. Whoever owns the machine's power (upsmon) has a time for a silent UPS, and ends the runtime
 * by a signal.
 */
const RULES: PowerRules = { ...DEFAULT_POWER_RULES, deadAfter: Number.POSITIVE_INFINITY };

const ORDER: readonly PowerAdviceName[] = ["serve", "finish", "stop"];

/** What the kiosk's power allows. */
export type Power = {
  readonly advice: Observable<PowerAdviceName>;
  /** Whether new payments must wait: money that moves could not be accounted for to the end. */
  readonly held: Observable<boolean>;
  /** Whether the kiosk ends while there is power for it; it is not taken back. */
  readonly ending: Observable<boolean>;
  readonly stop: Unsubscribe;
};

/** Follows the UPSes of this kiosk; the worst of them counts. Without one, and until one was heard, the kiosk serves. */
export function watchPower(upses: readonly Ups[], clock: Clock, log: Logger): Power {
  const advice = new Subject(worst());
  const held = new Subject(!POWER_ADVICE[advice.value].takePayments);
  const ending = new Subject<boolean>(POWER_ADVICE[advice.value].stop);
  function worst(): PowerAdviceName {
    const each = upses.map((ups) => ORDER.indexOf(adviseOnPower(ups.power.value, clock.now(), RULES)));
    return ORDER[Math.max(0, ...each)] ?? "serve";
  }
  const update = () => {
    const now = worst();
    if (now === advice.value) return;
    log("runtime.power", { advice: now });
    const { takePayments, stop } = POWER_ADVICE[now];
    advice.set(now);
    held.set(!takePayments);
    if (stop) ending.set(true);
  };
  const subscriptions = upses.map(({ power }) => power.subscribe(update));
  return {
    advice,
    held,
    ending,
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}
