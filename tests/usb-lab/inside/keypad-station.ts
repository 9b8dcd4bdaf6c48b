import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { KEYPAD_KEYS, type KeypadEvent, type KeypadKey } from "../../../drivers/keypad/interface.ts";
import { keypadGadget } from "./gadgets.ts";
import { hidrawKeypad } from "./hid-keypad.ts";
import type { Station, Surroundings, Verdict } from "./station.ts";

const PRESSES = 8;
/** How long a finger stays on a key, and off it, milliseconds. */
const FINGER = 12;
/** What has not come by then was lost with the cable, milliseconds. */
const HEARD_WITHIN = 2_000;
const LOOK_EVERY = 5;

/** A keypad that sends reports of a keyboard and of multimedia keys. */
export function keypadStation({ random, jitter }: Surroundings): Station {
  const { wire, hand, keypad } = hidrawKeypad(keypadGadget(), jitter);
  const plug = () => {
    wire.plug();
  };
  plug();
  keypad.start();
  let earlier: readonly KeypadKey[] = [];
  return {
    name: wire.path,
    status: keypad.status,
    length: 2 * PRESSES * FINGER,
    plug,
    unplug: () => hand.unplug(),
    settled: () => wire.settled(),
    transact: async () => {
      const one = (keys: readonly KeypadKey[]) => keys[Math.floor(random() * keys.length)] ?? "help";
      // What lay in the gadget's queue when the cable was pulled is sent when it is back: a first key that was not among the ones before tells the two apart.
      const first = one(KEYPAD_KEYS.filter((key) => !earlier.includes(key)));
      const keys = [first, ...Array.from({ length: PRESSES - 1 }, () => one(KEYPAD_KEYS))];
      const heard: KeypadEvent[] = [];
      const deaf = keypad.subscribe((event) => heard.push(event));
      for (const key of keys) {
        for (const move of ["press", "release"] as const) {
          if (wire.plugged) hand[move](key);
          await pause(systemClock, FINGER);
        }
      }
      const own = () => {
        const start = heard.findIndex((event) => !("key" in event) || !earlier.includes(event.key));
        return start === -1 ? [] : heard.slice(start);
      };
      const end = systemClock.monotonic() + HEARD_WITHIN;
      const expected = keys.flatMap((key) => [`down ${key}`, `up ${key}`]);
      while (
        own().length < expected.length &&
        keypad.status.value.link === "connected" &&
        systemClock.monotonic() < end
      )
        await pause(systemClock, LOOK_EVERY);
      deaf();
      const said = verdict(keys, own());
      earlier = keys;
      return said;
    },
    stop: async () => {
      await keypad.stop();
      wire.unplug();
      await wire.settled();
    },
  };
}

/** What a citizen pressed may be lost with the cable; nothing may be heard that was not pressed, twice, or out of turn. */
function verdict(pressed: readonly KeypadKey[], heard: readonly KeypadEvent[]): Verdict {
  const downs = heard.flatMap((event) => (event.event === "down" ? [event.key] : []));
  const ups = heard.flatMap((event) => (event.event === "up" ? [event.key] : []));
  let at = 0;
  const inTurn = downs.every((key) => {
    at = pressed.indexOf(key, at) + 1;
    return at > 0;
  });
  const letGo = downs.every((key, index) => ups[index] === key);
  const wrong = !inTurn || !letGo;
  const whole = downs.length === pressed.length;
  return {
    outcome: whole ? "ok" : "error",
    ...(!whole && { code: "link.lost" }),
    ...(wrong && { wrong: `pressed ${pressed.join(" ")}, heard ${JSON.stringify(heard)}` }),
  };
}
