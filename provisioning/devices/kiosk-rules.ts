import { FINGERPRINTS } from "../../base/devices/fingerprints.ts";
import { type Fingerprint, SURE } from "../../base/devices/sighting.ts";

/** The rules of udev that a kiosk's package lays down, by file below `/usr/lib/udev/rules.d`. */
export function kioskRules(table: readonly Fingerprint[] = FINGERPRINTS): Readonly<Record<string, string>> {
  return {
    // Before 73-seat-late and 80-mm-candidate.
    "70-ventanilla.rules": text(deviceRules(table)),
    // After 85-brltty and 90-brltty-device.
    "91-ventanilla-adapters.rules": text(adapterRules(table)),
  };
}

const HEADER = "# Written from the table of fingerprints when the package was built.";
const RIGHTS = 'GROUP="ventanilla-devices", MODE="0660"';
const WHERE = "$env{ID_VENDOR_ID}-$env{ID_MODEL_ID}-$env{ID_SERIAL_SHORT}-$env{ID_PATH}";

function deviceRules(table: readonly Fingerprint[]): string[] {
  return [
    "# Devices of a kiosk by what they are and where they are plugged: /dev/ventanilla/<bus>-<vendor>-<product>-<serial or none>-<port>,",
    "# and /dev/ventanilla/<kind>-<port> where the device itself says what it is. The configuration names these links, so that two equal",
    "# readers never change places.",
    'ACTION=="remove", GOTO="ventanilla_end"',
    `SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", ENV{ID_BUS}=="usb", IMPORT{builtin}="path_id", ${RIGHTS}, SYMLINK+="ventanilla/serial-${WHERE}"`,
    `SUBSYSTEM=="tty", KERNEL=="ttyS[0-9]*", ${RIGHTS}, SYMLINK+="ventanilla/serial-board-%n"`,
    `SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", IMPORT{builtin}="usb_id", IMPORT{builtin}="path_id", ${RIGHTS}, SYMLINK+="ventanilla/printer-${WHERE}"`,
    "# Keypads are keyboards for USB: which of them is the kiosk's, its configuration says.",
    `SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", IMPORT{builtin}="usb_id", IMPORT{builtin}="path_id", ${RIGHTS}, SYMLINK+="ventanilla/hid-${WHERE}"`,
    ...table.flatMap(kindRule),
    "# Chip card readers and vendor-specific printers are spoken to through usbfs.",
    `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ENV{ID_USB_INTERFACES}=="*:0b0000:*|*:0701??:*", ${RIGHTS}`,
    "# No modem daemon probes what a citizen pays with.",
    'SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", ENV{ID_MM_DEVICE_IGNORE}="1"',
    'LABEL="ventanilla_end"',
  ];
}

/** Only what udev can see: the usages of a HID device are not among it. */
function kindRule({ kind, name, match, score, source }: Fingerprint): string[] {
  if (kind === null || score < SURE) return [];
  const link = `SYMLINK+="ventanilla/${kind}-$env{ID_PATH}"`;
  const because = `# ${name} (${source})`;
  if (match.bus === "serial" && match.idSerial !== undefined)
    return [because, `SUBSYSTEM=="tty", ENV{ID_BUS}=="usb", ENV{ID_SERIAL}=="${match.idSerial}", ${link}`];
  if (match.bus === "usb-printer" && match.ieee1284 !== undefined)
    return [because, `SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", ATTRS{ieee1284_id}=="${match.ieee1284}", ${link}`];
  return [];
}

function adapterRules(table: readonly Fingerprint[]): string[] {
  const makers = table.flatMap(({ kind, match }) =>
    kind === null && match.bus === "serial" && match.vendor !== undefined ? [match.vendor] : [],
  );
  return [
    "# brltty's rules take adapters (1a86:7523 above all) for braille displays, and its service takes them from their kernel driver. On a",
    "# kiosk there are none: what its rules asked for is taken back.",
    'ACTION=="remove", GOTO="ventanilla_adapters_end"',
    `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="${makers.join("|")}", ENV{BRLTTY_BRAILLE_DRIVER}="", ENV{SYSTEMD_WANTS}=""`,
    'LABEL="ventanilla_adapters_end"',
  ];
}

function text(lines: readonly string[]): string {
  return `${[HEADER, ...lines].join("\n")}\n`;
}
