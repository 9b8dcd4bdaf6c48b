import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file's content. A reader sees the old file or the new one, never half of it, and after a power cut the disk holds
 * one of the two; the new one once this has returned.
 */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = temporaryOf(path);
  try {
    writeSynced(temporary, content, mode);
    renameSync(temporary, path);
  } catch (error) {
    // A full disk must not fill up with attempts.
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/**
 * Makes a file that must not change once it is there, as durably as `replaceFile`. Of several processes that try at once one
 * wins.
 *
 * @returns whether this call made it.
 */
export function makeFile(path: string, content: string | Uint8Array, mode: number): boolean {
  const temporary = temporaryOf(path);
  try {
    writeSynced(temporary, content, mode);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
    syncDirectory(dirname(path));
  }
}

/** Makes the names in a directory durable: a rename or a removal counts only after it. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function temporaryOf(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.new`;
}

function writeSynced(path: string, content: string | Uint8Array, mode: number): void {
  const file = openSync(path, "wx", mode);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
