import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { freemem, totalmem, uptime } from "node:os";
import { join } from "node:path";
import { KIOSK_PARTS } from "../../base/contracts/fleet/names.ts";
import type { MachineSection } from "../../base/contracts/fleet/state.ts";

const MEBIBYTE = 1024 * 1024;

/** What a machine says of itself now, unrounded. */
export type MachineFacts = MachineSection;

export type MachineSource = {
  /** Version of the agent. */
  readonly version: string;
  /** The disk that is watched is the one of this directory. */
  readonly data: string;
  /** `/` but in tests. */
  readonly root?: string;
  /** Resident set of the runtime, bytes, where it said so. */
  readonly runtimeMemory: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
};

/** Reads the machine's figures. What a machine does not tell is null or absent; nothing here fails. */
export function readMachine({ version, data, root = "/", runtimeMemory, now }: MachineSource): MachineFacts {
  const disk = attempt(() => statfsSync(data));
  const memory = meminfo(root);
  const parts = partMemory(root);
  return {
    agent: version,
    bootedAt: bootTime(root) ?? Math.max(0, Math.round(now - uptime() * 1000)),
    os: osName(root),
    platform: `${process.platform}-${process.arch}`,
    diskFreePercent: disk === undefined || disk.blocks === 0 ? 0 : (100 * disk.bavail) / disk.blocks,
    memoryFreePercent: memory ?? (100 * freemem()) / totalmem(),
    temperature: temperature(root),
    memory: {
      ...parts,
      ...(runtimeMemory === undefined ? {} : { runtime: runtimeMemory / MEBIBYTE }),
      agent: process.memoryUsage.rss() / MEBIBYTE,
    },
  };
}

/** Steps that a figure must move by before it counts as changed. */
const STEPS = { percent: 2, memoryPercent: 10, degrees: 5, mebibytes: 10, boot: 120_000 };

/** `facts` rounded, where a figure that moved by less than its step keeps what was told of it before: noise is no change. */
export function steadyMachine(before: MachineSection | undefined, facts: MachineFacts): MachineSection {
  const memory = Object.entries(facts.memory).map(([part, value]) => [
    part,
    steady(before?.memory[part], value, STEPS.mebibytes),
  ]);
  return {
    ...facts,
    bootedAt: steady(before?.bootedAt, facts.bootedAt, STEPS.boot),
    diskFreePercent: steady(before?.diskFreePercent, facts.diskFreePercent, STEPS.percent),
    memoryFreePercent: steady(before?.memoryFreePercent, facts.memoryFreePercent, STEPS.memoryPercent),
    temperature: facts.temperature === null ? null : steady(before?.temperature, facts.temperature, STEPS.degrees),
    memory: Object.fromEntries(memory),
  };
}

function steady(before: number | null | undefined, now: number, step: number): number {
  return typeof before === "number" && Math.abs(now - before) < step ? before : Math.round(now);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function text(root: string, path: string): string {
  return attempt(() => readFileSync(join(root, path), "utf8")) ?? "";
}

function bootTime(root: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(text(root, "proc/stat"))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function osName(root: string): string {
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text(root, "etc/os-release"))?.[1];
  return (name ?? process.platform).slice(0, 100);
}

/** What programs can have without swapping, percent: free memory alone counts the page cache as used. */
function meminfo(root: string): number | undefined {
  const all = text(root, "proc/meminfo");
  const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(all)?.[1]);
  const percent = (100 * figure("MemAvailable")) / figure("MemTotal");
  return Number.isFinite(percent) ? percent : undefined;
}

/** The hottest zone, degrees Celsius. */
function temperature(root: string): number | null {
  const zones = attempt(() => readdirSync(join(root, "sys/class/thermal"))) ?? [];
  const degrees = zones
    .filter((zone) => zone.startsWith("thermal_zone"))
    .map((zone) => text(root, `sys/class/thermal/${zone}/temp`).trim())
    .filter((value) => /^-?\d+$/.test(value))
    .map((value) => Number(value) / 1000)
    .filter((value) => value > -40 && value < 150);
  return degrees.length === 0 ? null : Math.max(...degrees);
}

const PAGE = 4096;

/** Resident memory of the parts that systemd runs as `ventanilla-<part>`, mebibytes. */
function partMemory(root: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const pid of attempt(() => readdirSync(join(root, "proc"))) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    const unit = /\/ventanilla-([a-z]+)\.service/.exec(text(root, `proc/${pid}/cgroup`))?.[1];
    const part = KIOSK_PARTS.find((name) => name === unit);
    if (part === undefined) continue;
    const pages = Number(text(root, `proc/${pid}/statm`).split(" ")[1]);
    if (Number.isFinite(pages)) sums[part] = (sums[part] ?? 0) + (pages * PAGE) / MEBIBYTE;
  }
  return sums;
}
