import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export type BundleFile = { readonly type: string; readonly body: Buffer };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Reads the built user interface into a fixed map from URL path to content. Nothing else can be asked for: no path of a
 * request ever reaches the file system. Files of unknown type are left out. Empty when the directory does not exist.
 */
export function readBundle(directory: string): ReadonlyMap<string, BundleFile> {
  const files = new Map<string, BundleFile>();
  for (const name of listing(directory)) {
    const file = join(directory, name);
    const type = TYPES[extname(name)];
    if (type === undefined || !statSync(file).isFile()) continue;
    files.set(`/${relative(directory, file).split(sep).join("/")}`, { type, body: readFileSync(file) });
  }
  return files;
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}
