import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PORTS = "/sys/class/virtio-ports";

/** The node of a virtio port by the name that QEMU was given for it. @throws Error when there is none. */
export function virtioPort(name: string): string {
  const node = readdirSync(PORTS).find((port) => readFileSync(join(PORTS, port, "name"), "utf8").trim() === name);
  if (node === undefined) throw new Error(`no virtio port ${name}`);
  return join("/dev", node);
}
