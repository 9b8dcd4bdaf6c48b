import { HidKeypad } from "../../../drivers/keypad/driver.ts";
import { KEYPAD_MODELS, type KeypadProfile } from "../../../drivers/keypad/models.ts";
import { hidReports } from "../../../drivers/transport/hid.ts";
import type { DeviceOptions, ModelFactories } from "../devices.ts";

const keypad = (profile: KeypadProfile) => (options: DeviceOptions<"keypad">) =>
  new HidKeypad({
    ...options,
    profile: options.keys === undefined ? profile : { ...profile, keys: options.keys },
    open: hidReports({ path: options.port }, options.clock),
  });

export const keypads: ModelFactories<"keypad"> = Object.fromEntries(
  Object.entries(KEYPAD_MODELS).map(([model, profile]) => [model, keypad(profile)]),
);
