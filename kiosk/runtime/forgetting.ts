import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Observable, Unsubscribe } from "../../base/observable.ts";

/** For the view to reach the screen and what the journey left to be settled, milliseconds; a citizen who comes at once is not kept waiting. */
const AFTER = 200;

/** Calls `forget` after each citizen, as soon as nobody is served. */
export function forgetAfterCitizen(serving: Observable<boolean>, forget: () => void, clock: Clock): Unsubscribe {
  let timer: Timer | undefined;
  const unsubscribe = serving.subscribe((served) => {
    timer?.cancel();
    timer = served ? undefined : clock.setTimeout(forget, AFTER);
  });
  return () => {
    timer?.cancel();
    unsubscribe();
  };
}

/** Deeper than any code of ours; what it had on the stack is overwritten. */
const DEPTH = 4_000;

function overwriteStack(depth: number): number {
  return depth === 0 ? 0 : 1 + overwriteStack(depth - 1);
}

/**
 * Makes what overwrites the memory of citizens who have gone: all garbage is collected, what is left of the heap moved together, emptied pages given
 * back to the system, the stack written over. What native code frees is written over by the C library where the process was started
 * with `GLIBC_TUNABLES` as in its unit file.
 */
export function createForgetting(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  return () => {
    overwriteStack(DEPTH);
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
  };
}
