import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file's content. A reader sees the old file or the new one, never half of it, and after a power cut the disk holds
 * one of the two; the new one once this has returned.
 */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = writeTemporary(path, content, mode);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/**
 * Makes a file that must not change once it is there, as durably as `replaceFile`. Of several processes that try at once one
 * wins.
 *
 * @returns whether this call made it.
 */
export function makeFile(path: string, content: string | Uint8Array, mode: number): boolean {
  const temporary = writeTemporary(path, content, mode);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(temporary);
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

function writeTemporary(path: string, content: string | Uint8Array, mode: number): string {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.new`;
  const file = openSync(temporary, "wx", mode);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return temporary;
}
