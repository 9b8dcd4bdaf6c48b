import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { ATTACHMENT_TYPE, attachmentHashSchema } from "../../base/contracts/attachment.ts";
import { PAPERS_PATH } from "../../base/contracts/view.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { isAppUrl } from "./app-url.ts";
import { SECURITY_HEADERS } from "./content-security-policy.ts";
import { OUT_OF_SERVICE_FILES, OUT_OF_SERVICE_HTML } from "./out-of-service.ts";
import type { PaperSource } from "./paper-source.ts";

/** What a bundle of screens may hold, and as what it is served. A file of another kind is not served. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".opus": "audio/ogg",
  ".wav": "audio/wav",
};

/** URL path → file on disk, fixed when the shell starts. */
export type FileMap = ReadonlyMap<string, string>;

/** Lists the screens' files. Symbolic links and unknown kinds stay out; `/` is `index.html`, which must be there. */
export async function listFiles(directory: string): Promise<Result<FileMap, CodedError<"shell.no-ui">>> {
  const files = new Map<string, string>();
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || TYPES[extname(entry.name)] === undefined) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(`/${relative(directory, file).split(sep).join("/")}`, file);
    }
  } catch (error) {
    return err(coded("shell.no-ui", `${directory}: ${error instanceof Error ? error.message : String(error)}`));
  }
  const index = files.get("/index.html");
  if (index === undefined) return err(coded("shell.no-ui", `${directory}: no index.html`));
  files.set("/", index);
  return ok(files);
}

/**
 * Answers requests to `app://kiosk/`: a path of the map, exactly as written, a page that the citizen scanned, or 404. Nothing is ever
 * looked up on disk.
 */
export function appProtocolHandler(files: FileMap, paper: PaperSource): (request: Request) => Promise<Response> {
  return async ({ url, method }) => {
    if (!isAppUrl(url)) return respond(404, "text/plain", "");
    if (method !== "GET" && method !== "HEAD") return respond(405, "text/plain", "");
    const path = new URL(url).pathname;
    if (path.startsWith(PAPERS_PATH)) return await respondPaper(path.slice(PAPERS_PATH.length), paper);
    const builtIn = OUT_OF_SERVICE_FILES.get(path);
    if (builtIn !== undefined) return respond(200, builtIn.type, builtIn.text);
    const file = files.get(path);
    const type = file === undefined ? undefined : TYPES[extname(file)];
    // Never a white page: where the screens are missing, the answer says so to whoever stands there.
    if (path === "/" && file === undefined) return respond(404, "text/html; charset=utf-8", OUT_OF_SERVICE_HTML);
    if (file === undefined || type === undefined) return respond(404, "text/plain", "");
    return respond(200, type, new Uint8Array(await readFile(file)));
  };
}

async function respondPaper(sha256: string, paper: PaperSource): Promise<Response> {
  const picture = attachmentHashSchema.safeParse(sha256).success ? await paper(sha256) : undefined;
  return picture === undefined ? respond(404, "text/plain", "") : respond(200, ATTACHMENT_TYPE, picture);
}

function respond(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { status, headers: { ...SECURITY_HEADERS, "content-type": type } });
}
