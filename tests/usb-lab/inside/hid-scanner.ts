import { systemClock } from "../../../base/node/system-clock.ts";
import { openHidPos } from "../../../drivers/code-reader/hid-pos/channel.ts";
import { HID_POS_MODELS } from "../../../drivers/code-reader/hid-pos/report.ts";
import type { OpenChannel } from "../../../drivers/transport/byte-channel.ts";
import { hidReports } from "../../../drivers/transport/hid.ts";

/** A HID POS scanner at the kernel's `/dev/hidraw*`, as the kiosk opens it. */
export function hidrawScanner(path: string): OpenChannel {
  return openHidPos(hidReports({ path }, systemClock), HID_POS_MODELS["hid-pos"]);
}
