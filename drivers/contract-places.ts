import type { DeviceKind } from "../base/contracts/device-status.ts";

/**
 * What can lie between a driver and the device that a test runs it on, from a cable in memory to another maker's program. A new one is
 * written here first; tests/architecture holds that nothing runs a contract without naming one.
 */
export const TRANSPORTS = {
  memory: "a cable in memory",
  "unix-socket": "a HID cable through a Unix socket",
  pty: "a pseudo-terminal",
  tcp: "TCP on loopback",
  trace: "a recorded trace, replayed",
  "usb-cdc-acm": "USB, the kernel's cdc_acm",
  "usb-usblp": "USB, the kernel's usblp",
  "usb-hidraw": "USB, the kernel's usbhid and hidraw",
  "vpcd-pcscd": "vsmartcard's virtual reader behind pcscd",
  "usb-ccid-pcscd": "QEMU's USB reader behind libccid and pcscd",
  ippeveprinter: "CUPS' ippeveprinter",
  nut: "NUT's upsd",
  pymodbus: "pymodbus on a pseudo-terminal",
} as const;

export type Transport = keyof typeof TRANSPORTS;

/** Where a contract is run. */
export type Place = { readonly model: string; readonly transport: Transport };

export type ContractRun = Place & {
  readonly kind: DeviceKind;
  /** The kind's whole contract suite, the scenario that is kept as a trace, or tests written for this peer. */
  readonly tests: "contract" | "scenario" | "own";
};
