import { signal } from "@preact/signals";
import { browserClock } from "./browser-clock.ts";

/** Milliseconds between two looks at the clock: "3 min ago" need not be truer than that. */
const PERIOD = 10_000;

/** Now, milliseconds since the Unix epoch, moved on every ten seconds: what relative times are drawn from. */
export const now = signal(browserClock.now());

export function startTicking(): void {
  now.value = browserClock.now();
  browserClock.setTimeout(startTicking, PERIOD);
}
