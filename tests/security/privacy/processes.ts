import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Canaries, Find } from "./canaries.ts";

/** A process of this machine, as /proc shows it. */
export type Process = { readonly pid: number; readonly role: string };

const PAGE = 4096;
/** Bytes read at once. */
const CHUNK = 4 * 1024 * 1024;

/** A process and all that descend from it. Chromium's have the role that their command line says. */
export function familyOf(ancestor: number): Process[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = read(join("/proc", entry, "stat"));
    const parent = /^.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const family: number[] = [ancestor];
  for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  return family.map((pid) => ({ pid, role: roleOf(pid) }));
}

function roleOf(pid: number): string {
  // Chromium writes its command line anew, with spaces.
  const line = read(`/proc/${pid}/cmdline`).split(/[\0 ]/);
  const option = (name: string) => line.find((word) => word.startsWith(`--${name}=`))?.split("=")[1];
  return option("utility-sub-type") ?? option("type") ?? "main";
}

/** Whether the process is there, and not only its exit status. */
export function lives(pid: number): boolean {
  return /^.*\) [^ZX]/s.test(read(`/proc/${pid}/stat`));
}

/** What stands in the memory of a process: every page that it has written, or that is shared with it. */
export function inMemory(pid: number, canaries: Canaries): Set<Find> {
  const found = new Set<Find>();
  const memory = openOf(`/proc/${pid}/mem`);
  const pages = openOf(`/proc/${pid}/pagemap`);
  if (!lives(pid)) return found;
  if (memory === undefined || pages === undefined) throw new Error(`the memory of ${pid} cannot be read`);
  try {
    for (const line of read(`/proc/${pid}/maps`).split("\n")) {
      const [, from, to, , file] = /^([0-9a-f]+)-([0-9a-f]+) (r\S+) \S+ \S+ \d+\s*(.*)$/.exec(line) ?? [];
      // What is mapped from a program or a library and was never written is on the disk.
      if (from === undefined || to === undefined || (file?.startsWith("/usr/") && !/^\S+ rw/.test(line))) continue;
      if (file?.startsWith("[v")) continue;
      for (const [start, end] of present(pages, Number.parseInt(from, 16), Number.parseInt(to, 16)))
        for (let at = start; at < end; at += CHUNK - 256) {
          const bytes = Buffer.alloc(Math.min(CHUNK, end - at));
          for (const find of canaries.in(bytes.subarray(0, readAt(memory, bytes, at)))) found.add(find);
        }
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
  return found;
}

/** Where an open file is: memory that processes share looks like one. */
const SHARED_MEMORY = /^\/(memfd:|dev\/shm\/)/;

/** Every regular file that the process holds open, on the disk or in memory, those that have no name any more too. */
export function inOpenFiles(pid: number, where: "disk" | "memory", canaries: Canaries): Set<Find> {
  const found = new Set<Find>();
  for (const descriptor of list(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${descriptor}`;
    try {
      const target = readlinkSync(path);
      if (target.startsWith("/usr/") || !statSync(path).isFile()) continue;
      if (SHARED_MEMORY.test(target) !== (where === "memory")) continue;
      for (const find of canaries.in(readFileSync(path))) found.add(`${find} in the open file ${target}`);
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

/** Every file under `directory`, whatever its name. */
export function inFiles(directory: string, canaries: Canaries): Set<Find> {
  const found = new Set<Find>();
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    try {
      const path = join(directory, name);
      for (const find of canaries.in(Buffer.from(name))) found.add(`${find} in the name ${name}`);
      if (!statSync(path).isFile()) continue;
      for (const find of canaries.in(readFileSync(path))) found.add(`${find} in ${name}`);
    } catch {
      // Removed meanwhile, or a socket.
    }
  }
  return found;
}

/** The stretches of a mapping whose pages are there (bit 63) or swapped out (62). */
function* present(pagemap: number, from: number, to: number): Generator<[number, number]> {
  const count = (to - from) / PAGE;
  const step = 64 * 1024;
  let start: number | undefined;
  for (let first = 0; first < count; first += step) {
    const entries = Buffer.alloc(Math.min(step, count - first) * 8);
    const length = readAt(pagemap, entries, (from / PAGE + first) * 8);
    for (let at = 7; at < length; at += 8) {
      const there = (entries[at] ?? 0) >= 0x40;
      const page = from + (first + (at - 7) / 8) * PAGE;
      if (there) start ??= page;
      else if (start !== undefined) {
        yield [start, page];
        start = undefined;
      }
    }
  }
  if (start !== undefined) yield [start, to];
}

function openOf(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

function readAt(file: number, into: Buffer, position: number): number {
  try {
    return readSync(file, into, 0, into.length, position);
  } catch {
    // A page that cannot be read, such as a device's.
    return 0;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
