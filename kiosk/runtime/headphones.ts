import type { Logger } from "../../base/log.ts";
import type { Unsubscribe } from "../../base/observable.ts";
import type { Keypad } from "../../drivers/keypad/interface.ts";

/**
 * Tells the log when headphones are put in and taken out. The kiosk says nothing aloud yet: there is no word for it between runtime and
 * screen, and the keys themselves reach the window through the kernel.
 */
export function logHeadphones(keypads: readonly Keypad[], log: Logger): Unsubscribe {
  const subscriptions = keypads.map((keypad) =>
    keypad.subscribe((event) => {
      if (event.event === "headphones") log("runtime.headphones", { device: keypad.id, inserted: event.inserted });
    }),
  );
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}
