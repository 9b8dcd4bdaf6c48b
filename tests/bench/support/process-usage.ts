import { readFileSync } from "node:fs";

/** `USER_HZ` of Linux: ticks of processor time a second. */
const TICKS = 100;
const MEBIBYTE = 2 ** 20;

/** Processor time that a process has used so far, seconds. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(stat[11]) + Number(stat[12])) / TICKS;
}

export type Memory = {
  /** MB (2^20 bytes) resident; `private` is what would be free again if the process ended. */
  readonly resident: number;
  readonly private: number;
  readonly peak: number;
};

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = (text: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]);
  const megabytes = (count: number) => (count * 1024) / MEBIBYTE;
  return {
    resident: megabytes(kilobytes(rollup, "Rss")),
    private: megabytes(kilobytes(rollup, "Private_Clean") + kilobytes(rollup, "Private_Dirty")),
    peak: megabytes(kilobytes(status, "VmHWM")),
  };
}
