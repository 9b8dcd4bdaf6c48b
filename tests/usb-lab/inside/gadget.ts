import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GADGETS = "/sys/kernel/config/usb_gadget";
const ENGLISH = "0x409";

export type GadgetDescription = {
  /** Becomes the serial number, by which the host side finds the device whatever node it gets. */
  readonly name: string;
  readonly vendor: number;
  readonly product: number;
  /** configfs name, e.g. `acm.usb0`. */
  readonly function: string;
  readonly attributes?: Readonly<Record<string, string | Uint8Array>>;
};

let controllers = 0;

/** One simulated USB device: what the kernel's gadget framework shows to its own host side through a `dummy_udc`. */
export class Gadget {
  readonly name: string;
  readonly #folder: string;
  readonly #function: string;
  readonly #controller = `dummy_udc.${controllers++}`;

  constructor({ name, vendor, product, function: kind, attributes = {} }: GadgetDescription) {
    this.name = name;
    this.#folder = join(GADGETS, name);
    this.#function = join(this.#folder, "functions", kind);
    const configuration = join(this.#folder, "configs", "c.1");
    mkdirSync(this.#folder);
    this.#set("idVendor", hexadecimal(vendor));
    this.#set("idProduct", hexadecimal(product));
    mkdirSync(join(this.#folder, "strings", ENGLISH));
    this.#set(`strings/${ENGLISH}/serialnumber`, name);
    this.#set(`strings/${ENGLISH}/manufacturer`, "Ventanilla USB lab");
    this.#set(`strings/${ENGLISH}/product`, name);
    mkdirSync(configuration);
    mkdirSync(this.#function);
    for (const [attribute, value] of Object.entries(attributes)) writeFileSync(join(this.#function, attribute), value);
    symlinkSync(this.#function, join(configuration, kind));
  }

  /** A file of the function, e.g. `port_num` of acm, `dev` of hid. */
  read(attribute: string): string {
    return readFileSync(join(this.#function, attribute), "utf8").trim();
  }

  get plugged(): boolean {
    return this.#get("UDC") !== "";
  }

  /** Puts the plug in; the host enumerates afterwards, in its own time. */
  bind(): void {
    this.#set("UDC", this.#controller);
  }

  /** Pulls the plug. */
  unbind(): void {
    this.#set("UDC", "\n");
  }

  #set(attribute: string, value: string): void {
    writeFileSync(join(this.#folder, attribute), value);
  }

  #get(attribute: string): string {
    return readFileSync(join(this.#folder, attribute), "utf8").trim();
  }
}

function hexadecimal(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
