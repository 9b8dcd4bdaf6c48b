import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/*
 * Trees of /sys and /dev as Linux lays them out, for tests. Layouts after real ones: cdc_acm hangs its terminal under the
 * interface, usb-serial drivers (ftdi_sio, pl2303) put a port between, the 8250 driver offers numbers without hardware.
 */

export type UsbPlug = {
  /** Bus and ports, e.g. `1-2`. */
  readonly socket: string;
  readonly vendor: string;
  readonly product: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly name?: string;
};

const HOST = "/sys/devices/pci0000:00/0000:00:14.0/usb1";

export class MachineTree {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  write(path: string, content: string | Uint8Array): this {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return this;
  }

  /** A serial device on USB. @returns its device file. */
  serial(plug: UsbPlug, tty: string, driver: "cdc_acm" | "ftdi_sio" | "pl2303"): string {
    const usbInterface = this.#interface(plug, driver === "cdc_acm" ? "02" : "ff");
    const between = driver === "cdc_acm" ? usbInterface : `${usbInterface}/${tty}`;
    const bus = driver === "cdc_acm" ? "usb" : "usb-serial";
    this.#link(`${between}/driver`, `/sys/bus/${bus}/drivers/${driver}`);
    this.#terminal(tty, between);
    const by = "/dev/serial";
    const words = [plug.manufacturer ?? plug.vendor, plug.name ?? plug.product, plug.serial];
    const id = words.flatMap((word) => word?.replaceAll(/[ ,.]/g, "_") ?? []).join("_");
    this.#link(`${by}/by-id/usb-${id}-if00`, `/dev/${tty}`, `../../${tty}`);
    const path = `pci-0000:00:14.0-usb-0:${plug.socket.slice(2)}:1.0`;
    this.#link(`${by}/by-path/${path}`, `/dev/${tty}`, `../../${tty}`);
    return this.#node(tty);
  }

  /** A port of the board; `chip` false: a number without hardware. */
  boardSerial(tty: string, chip: boolean): string {
    const device = chip ? "/sys/devices/pnp0/00:04" : "/sys/devices/platform/serial8250";
    this.#terminal(tty, device);
    this.write(`${device}/tty/${tty}/type`, chip ? "4\n" : "0\n");
    return this.#node(tty);
  }

  /** A text console: a terminal without a device. */
  console(tty: string): void {
    this.write(`/sys/devices/virtual/tty/${tty}/dev`, "4:1\n");
    this.#link(`/sys/class/tty/${tty}`, `/sys/devices/virtual/tty/${tty}`);
    this.#node(tty);
  }

  /** @param descriptor of its reports, hexadecimal. */
  hid(plug: UsbPlug, name: string, descriptor?: string): string {
    const usbInterface = this.#interface(plug, "03");
    const device = `${usbInterface}/0003:${plug.vendor.toUpperCase()}:${plug.product.toUpperCase()}.0001`;
    this.write(`${device}/hidraw/${name}/dev`, "240:0\n");
    if (descriptor !== undefined) this.write(`${device}/report_descriptor`, Buffer.from(descriptor, "hex"));
    this.#link(`${device}/hidraw/${name}/device`, device);
    this.#link(`${device}/driver`, "/sys/bus/hid/drivers/hid-generic");
    this.#link(`/sys/class/hidraw/${name}`, `${device}/hidraw/${name}`);
    return this.#node(name);
  }

  /** A device of an interface class that is spoken to through USB itself: `07` printer, `0b` chip card reader. */
  usbClass(plug: UsbPlug, interfaceClass: "07" | "0b", node?: string, ieee1284?: string): void {
    const usbInterface = this.#interface(plug, interfaceClass);
    if (ieee1284 !== undefined) this.write(`${usbInterface}/ieee1284_id`, `${ieee1284}\n`);
    if (node !== undefined) this.write(`${usbInterface}/usbmisc/${node}/dev`, "180:0\n");
  }

  #interface(plug: UsbPlug, interfaceClass: string): string {
    const device = `${HOST}/${plug.socket}`;
    const attributes = {
      ...{ idVendor: plug.vendor, idProduct: plug.product, serial: plug.serial },
      ...{ manufacturer: plug.manufacturer, product: plug.name },
    };
    for (const [file, value] of Object.entries(attributes))
      if (value !== undefined) this.write(`${device}/${file}`, `${value}\n`);
    const usbInterface = `${device}/${plug.socket}:1.0`;
    this.write(`${usbInterface}/bInterfaceNumber`, "00\n").write(
      `${usbInterface}/bInterfaceClass`,
      `${interfaceClass}\n`,
    );
    this.#link(`/sys/bus/usb/devices/${plug.socket}`, device);
    this.#link(`/sys/bus/usb/devices/${plug.socket}:1.0`, usbInterface);
    return usbInterface;
  }

  #terminal(tty: string, device: string): void {
    this.write(`${device}/tty/${tty}/dev`, "166:0\n");
    this.#link(`${device}/tty/${tty}/device`, device);
    this.#link(`/sys/class/tty/${tty}`, `${device}/tty/${tty}`);
  }

  #node(name: string): string {
    this.write(`/dev/${name}`, "");
    return `/dev/${name}`;
  }

  #link(path: string, target: string, text = relative(dirname(path), target)): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(text, file);
  }
}
