import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { HidKeypad } from "../../../drivers/keypad/driver.ts";
import { hidReports } from "../../../drivers/transport/hid.ts";
import { SimulatedKeypad } from "../../../simulators/keypad/keypad.ts";
import { SIMULATED_KEYPAD } from "../../../simulators/keypad/profile.ts";
import type { Gadget } from "./gadget.ts";
import type { Random } from "./random.ts";
import { HidWire } from "./wires.ts";

/** A keypad on a HID gadget, a hand on its keys, and the driver at the kernel's `/dev/hidraw*`; not plugged in, not started. */
export function hidrawKeypad(gadget: Gadget, random: Random) {
  const wire = new HidWire(gadget);
  const cable = {
    get plugged() {
      return wire.plugged;
    },
    plug: () => wire.plug(),
    unplug: () => wire.unplug(),
    send: (report: Uint8Array) => void wire.write(report),
  };
  const keypad = new HidKeypad({
    ...{ id: "keypad", model: "simulated", profile: SIMULATED_KEYPAD, clock: systemClock, log: silentLogger },
    ...{ random, open: hidReports({ path: wire.path }, systemClock) },
  });
  return { wire, hand: new SimulatedKeypad(SIMULATED_KEYPAD, cable), keypad };
}
