import { openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const PORTS = "/sys/class/virtio-ports";
const NAME = "ventanilla.lab";

/** The way out of the guest: a virtio port; each call is a line of JSON on the host's side. */
export function openReport(): (line: object) => void {
  const node = readdirSync(PORTS).find((port) => readFileSync(join(PORTS, port, "name"), "utf8").trim() === NAME);
  if (node === undefined) throw new Error(`no virtio port ${NAME}`);
  const port = openSync(join("/dev", node), "r+");
  return (line) => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(port, bytes, at);
  };
}
