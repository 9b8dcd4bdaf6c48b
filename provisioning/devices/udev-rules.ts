import type { PluggedDevice } from "./plugged.ts";

/** After the rules that came with the packages. */
export const RULES_FILE = "/etc/udev/rules.d/71-ventanilla-devices.rules";

const HEADER = "# Written by `provision devices bind`: the kiosk's devices by name, /dev/ventanilla/<name>.";

/**
 * The udev rule (udev(7)) that names a device; undefined for a port of the board, whose device file never changes. A device without a
 * serial number is told by the socket that it is plugged into.
 */
export function ruleOf({ usb, path, byPath }: PluggedDevice, id: string): string | undefined {
  if (usb === null || !path.startsWith("/dev/tty") || (usb.serial ?? byPath) === null) return undefined;
  const conditions = [
    ['SUBSYSTEM=="', "tty"],
    ['ENV{ID_VENDOR_ID}=="', usb.vendor],
    ['ENV{ID_MODEL_ID}=="', usb.product],
    ...(usb.interface === null ? [] : [['ENV{ID_USB_INTERFACE_NUM}=="', usb.interface]]),
    usb.serial !== null
      ? ['ENV{ID_SERIAL_SHORT}=="', udevText(usb.serial)]
      : ['ENV{ID_PATH}=="', byPath?.slice(byPath.lastIndexOf("/") + 1) ?? ""],
  ];
  const matches = conditions.map(([match, value]) => `${match}${value}"`).join(", ");
  return `${matches}, SYMLINK+="ventanilla/${id}"`;
}

/** The rules with the one for `id` replaced or added. */
export function withRule(rules: string, rule: string, id: string): string {
  const others = rules
    .split("\n")
    .filter((line) => line !== "" && line !== HEADER && !line.endsWith(`SYMLINK+="ventanilla/${id}"`));
  return `${[HEADER, ...others, rule].join("\n")}\n`;
}

/** udev writes `_` for what it does not allow in a name, and a pattern's own characters must not be taken for patterns. */
function udevText(serial: string): string {
  return serial.replaceAll(/[^A-Za-z0-9#+\-.:=@_]/g, "_");
}
