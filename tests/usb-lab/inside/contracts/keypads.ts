import { keypadContract } from "../../../../drivers/keypad/contract.suite.ts";
import { keypadGadget } from "../gadgets.ts";
import { hidrawKeypad } from "../hid-keypad.ts";

export function keypadContracts(): void {
  const gadget = keypadGadget();
  keypadContract({ model: "simulated", transport: "usb-hidraw" }, async () => {
    const { wire, hand, keypad } = hidrawKeypad(gadget, () => 0.5);
    wire.plug();
    return {
      keypad,
      press: (key) => hand.press(key),
      release: (key) => hand.release(key),
      headphones: (inserted) => hand.headphones(inserted),
      unplug: () => hand.unplug(),
      plug: () => hand.plug(),
      end: async () => {
        wire.unplug();
        await wire.settled();
      },
    };
  });
}
