import { openSync, writeSync } from "node:fs";
import { virtioPort } from "./port.ts";

/** The way out of the guest: a virtio port; each call is a line of JSON on the host's side. */
export function openReport(): (line: object) => void {
  const port = openSync(virtioPort("ventanilla.lab"), "r+");
  return (line) => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(port, bytes, at);
  };
}
