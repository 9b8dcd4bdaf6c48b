import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Runner } from "../check/services.ts";
import { openKiosk, showWizard } from "../kiosk-units.ts";

export type ScreenOptions = {
  /** Whether the machine has an identity now, whoever gave it. */
  readonly enrolled: () => boolean;
  /** Whether somebody works with the wizard. */
  readonly open: () => boolean;
  /** The file that tells the kiosk's window to show the wizard. */
  readonly flag: string;
  readonly run: Runner;
  readonly clock: Clock;
  /** The technician has finished, or the wizard is told to end. */
  readonly finished: AbortSignal;
  /** The wizard is told to end: the kiosk's units are somebody else's matter. */
  readonly stopped: AbortSignal;
};

const LOOK_EVERY = 2_000;
/** How long the wizard of a kiosk that is enrolled waits for its code, milliseconds. */
export const CODE_WITHIN = 10 * 60_000;

/**
 * Has the kiosk's own window show the wizard until the technician has finished, or until the kiosk is enrolled and nobody works with it:
 * it must not keep citizens away. Then the window is theirs again.
 */
export async function holdScreen(options: ScreenOptions): Promise<void> {
  const { enrolled, open, flag, run, clock, finished, stopped } = options;
  mkdirSync(dirname(flag), { recursive: true });
  writeFileSync(flag, "");
  await showWizard(run);
  const patience = enrolled() ? CODE_WITHIN : 0;
  let lastOpen = clock.monotonic();
  do {
    if (open()) lastOpen = clock.monotonic();
    else if (enrolled() && clock.monotonic() - lastOpen >= patience) break;
  } while (await pause(clock, LOOK_EVERY, finished));
  rmSync(flag, { force: true });
  if (!stopped.aborted) await openKiosk(run);
}
