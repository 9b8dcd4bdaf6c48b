import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Writes the page that leads to the kiosk's address. The address holds this boot's token, and every user of a machine
 * may read every process's arguments: only a file that the shell's own user can read (0600) may hold it.
 *
 * @returns the file's own address.
 */
export function writeEntryPage(directory: string, address: string): string {
  const file = join(directory, "entry.html");
  const target = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${target}"><style>html{background:#0f69b4}</style>\n`;
  writeFileSync(file, page, { mode: 0o600 });
  return pathToFileURL(file).href;
}
