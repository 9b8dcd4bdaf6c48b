import { openHidPos } from "../../../drivers/code-reader/hid-pos/channel.ts";
import { HID_POS_MODELS, type HidPosQuirks } from "../../../drivers/code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../../drivers/code-reader/serial-scanner/driver.ts";
import { hidReports } from "../../../drivers/transport/hid.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import type { DeviceOptions, ModelFactories } from "../devices.ts";

const hidScanner = (quirks: HidPosQuirks) => (options: DeviceOptions<"code-reader">) =>
  new SerialScanner({ ...options, open: openHidPos(hidReports({ path: options.port }, options.clock), quirks) });

export const codeReaders: ModelFactories<"code-reader"> = {
  "serial-scanner": (options) =>
    new SerialScanner({
      ...options,
      open: serialChannel({ path: options.port, baudRate: options.baud ?? DEFAULT_BAUD_RATE }, options.clock),
    }),
  ...Object.fromEntries(Object.entries(HID_POS_MODELS).map(([model, quirks]) => [model, hidScanner(quirks)])),
};
