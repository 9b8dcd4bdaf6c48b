import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Vault } from "../../../kiosk/runtime/journal/vault.ts";
import { DISK_BYTES } from "./machine.ts";

export type EffectRow = {
  readonly key: string;
  readonly journey: string;
  readonly kind: string;
  readonly state: string;
  readonly ticket: string | null;
  readonly sealed: Buffer | null;
};
export type JourneyRow = { readonly id: string; readonly settled_at: number | null };
export type IncidentRow = { readonly number: string; readonly journey: string; readonly kind: string };

/** What a dead kiosk's disk holds, read without the kiosk. */
export type Autopsy = {
  /** What is wrong with the disk itself: file system, database, keys, files. */
  readonly faults: readonly string[];
  /** What the boot's check put right that the usual replay of the file system's journal did not; what it said. */
  readonly repaired?: string;
  readonly journeys: readonly JourneyRow[];
  readonly effects: readonly EffectRow[];
  readonly incidents: readonly IncidentRow[];
  /** The configuration is there. */
  readonly configured: boolean;
};

/** e2fsck found nothing, or put it right. */
const CLEAN = [0, 1];
const FILES = ["journal.db", "journal.db-wal", "journal.keys"];

const TOOLS = ["mke2fs", "e2fsck", "debugfs"];

/** Why a disk cannot be made and taken to pieces here. */
export function missingDiskTool(): string | undefined {
  const missing = TOOLS.find((tool) => spawnSync(tool, ["-V"]).error !== undefined);
  return missing === undefined ? undefined : `${missing} is not there (Debian's e2fsprogs)`;
}

/** An empty ext4 with Debian's defaults, and a journal that fits the disk. */
export function newImage(folder: string): Buffer {
  const file = join(folder, "new.img");
  execFileSync("mke2fs", [
    "-q",
    "-F",
    "-t",
    "ext4",
    "-J",
    "size=4",
    "-E",
    "lazy_itable_init=0,lazy_journal_init=0",
    file,
    `${DISK_BYTES / 1024}k`,
  ]);
  const image = readFileSync(file);
  rmSync(file);
  return image;
}

/** Takes a copy of the disk to pieces: file system, database, keys. */
export function autopsy(image: Buffer, folder: string): Autopsy {
  const disk = copyOf(image, folder);
  const { faults, repaired } = check(disk);
  for (const name of FILES) dump(disk, `/runtime/${name}`, join(folder, name));
  dump(disk, "/kiosk.yaml", join(folder, "kiosk.yaml"));
  rmSync(disk);
  return {
    ...readJournal(folder, faults),
    ...(repaired !== undefined && { repaired }),
    configured: existsSync(join(folder, "kiosk.yaml")),
  };
}

/** A file of its own, in a folder that has nothing else. */
function copyOf(image: Buffer, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const disk = join(folder, "disk.img");
  writeFileSync(disk, image);
  return disk;
}

/** The disk as it is after the boot's check. @throws Error when that does not help. */
export function checked(image: Buffer, folder: string): Buffer {
  const disk = copyOf(image, folder);
  const { faults } = check(disk);
  if (faults.length > 0) throw new Error(faults.join("; "));
  return readFileSync(disk);
}

/**
 * What a kiosk's boot does before it mounts: the journal of the file system is replayed (`-p`); where that is not enough, what is broken is put
 * right without a question (`-y`, the kernel's `fsck.repair=yes`), e.g. a torn superblock from its copy. Whether anything is lost then, the contents tell.
 */
function check(disk: string): { readonly faults: string[]; readonly repaired?: string } {
  const preen = e2fsck("-fp", disk);
  if (preen.clean) return { faults: [] };
  const repair = e2fsck("-fy", disk);
  if (repair.clean) return { faults: [], repaired: preen.said };
  return { faults: [`e2fsck ends with ${repair.status}: ${repair.said}`] };
}

function e2fsck(how: string, disk: string) {
  const { status, stdout, stderr } = spawnSync("e2fsck", [how, disk], { encoding: "utf8" });
  return { status, clean: CLEAN.includes(status ?? -1), said: `${stdout}${stderr}`.trim() };
}

function dump(disk: string, path: string, to: string): void {
  spawnSync("debugfs", ["-R", `dump ${path} ${to}`, disk], { stdio: "ignore" });
}

/** What a folder with a journal's files says. @param faults more of them are added. */
export function readJournal(folder: string, faults: string[]): Omit<Autopsy, "configured"> {
  const nothing = { faults, journeys: [], effects: [], incidents: [] };
  const file = join(folder, "journal.db");
  if (!existsSync(file)) return nothing;
  const database = new Database(file);
  try {
    const verdict = database.pragma("integrity_check", { simple: true });
    if (verdict !== "ok") faults.push(`integrity_check: ${String(verdict)}`);
    if (database.pragma("user_version", { simple: true }) === 0) return nothing;
    const all = (table: string) => database.prepare(`SELECT * FROM ${table}`).all();
    const effects = all("effects") as EffectRow[];
    faults.push(...unreadable(effects, join(folder, "journal.keys")));
    return {
      faults,
      journeys: all("journeys") as JourneyRow[],
      effects,
      incidents: all("incidents") as IncidentRow[],
    };
  } catch (error) {
    faults.push(`the database does not open: ${error instanceof Error ? error.message : String(error)}`);
    return nothing;
  } finally {
    database.close();
  }
}

/** Sealed rows whose key is not there, or does not fit: what the journal needs to give money back is lost. */
function unreadable(effects: readonly EffectRow[], keys: string): string[] {
  const sealed = effects.filter((effect) => effect.sealed !== null);
  if (sealed.length === 0) return [];
  if (!existsSync(keys)) return ["the key file has gone"];
  const vault = new Vault(keys);
  try {
    return sealed.flatMap(({ key, journey, sealed }) => {
      try {
        return vault.open(journey, key, sealed ?? Buffer.alloc(0)) === undefined ? [`the key of ${key} has gone`] : [];
      } catch {
        return [`the key of ${key} is not the one that it was sealed with`];
      }
    });
  } finally {
    vault.close();
  }
}
