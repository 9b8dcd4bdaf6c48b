import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** The console's pages load from this server and nowhere else, and stand in nobody's frame. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};
/** Vite puts a hash of the content into these files' names. */
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/;
const PAGE = "index.html";

/**
 * Serves the built console: files by their names, and its page for every other address that a browser opens, since the console
 * knows its addresses itself.
 *
 * @throws Error when the directory has no `index.html`.
 */
export function serveBundle(scope: FastifyInstance, directory: string): void {
  const files = filesOf(directory);
  if (!files.has(PAGE))
    throw new Error(`The console's bundle ${directory} has no ${PAGE}: build it, or correct console.bundle.`);
  void scope.register(fastifyStatic, { root: directory, serve: false, cacheControl: false });
  scope.get("/*", async (request, reply) => {
    const { "*": path } = request.params as { "*": string };
    const file = files.has(path) ? path : PAGE;
    if (path !== "" && file !== path && (path.startsWith("api/") || !request.headers.accept?.includes("text/html")))
      return reply.code(404).headers(HEADERS).type("text/plain; charset=utf-8").send("Not found.\n");
    const cache = HASHED.test(file) ? "public, max-age=31536000, immutable" : "no-store";
    return reply.headers({ ...HEADERS, "cache-control": cache }).sendFile(file);
  });
}

function filesOf(directory: string): ReadonlySet<string> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((path) => join(directory, path));
  const files = paths.filter((path) => statSync(path).isFile());
  return new Set(files.map((path) => relative(directory, path).split(sep).join("/")));
}
