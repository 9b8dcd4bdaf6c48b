import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Which PC stands in for the runtime's process. */
export type PcFile = {
  /** The warm machine, frozen. */
  readonly frozen: string;
  /** Socket of the disk's NBD server. */
  readonly disk: string;
  /** What the guest's serial ports end in, in their order. */
  readonly cables: readonly string[];
  /** Port of the view, the same outside and inside: chosen at the first start. */
  readonly view?: number;
  /** Port of this machine at which the guest's program answers; new at every start. */
  readonly control?: number;
  /** Process of the PC. */
  readonly machine?: number;
};

export function readPcFile(folder: string): PcFile {
  return JSON.parse(readFileSync(join(folder, "pc.json"), "utf8"));
}

export function writePcFile(folder: string, file: PcFile): void {
  writeFileSync(join(folder, "pc.json"), JSON.stringify(file));
}
