import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../../../base/result.ts";
import { certificatesIn, createTrustStore, type TrustStore } from "./trust-store.ts";

/**
 * Loads every file of a folder, or one file: PEM, DER or master lists.
 *
 * @returns an error that names the first file that is none of these: a store that is silently smaller than it looks would refuse
 *   true documents.
 */
export function loadTrust(path: string): Result<TrustStore, string> {
  const files = listFiles(path);
  if (!files.ok) return files;
  const all: Uint8Array[] = [];
  for (const file of files.value) {
    const read = certificatesIn(new Uint8Array(readFileSync(file)));
    if (!read.ok) return err(`${file}: ${read.error}`);
    all.push(...read.value);
  }
  return ok(createTrustStore(all));
}

function listFiles(path: string): Result<readonly string[], string> {
  try {
    if (!statSync(path).isDirectory()) return ok([path]);
    return ok(
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => join(path, entry.name))
        .toSorted(),
    );
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}
