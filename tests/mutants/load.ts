import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const CHECKER = pathToFileURL(join(import.meta.dirname, "../../flows/checker/")).href;

/** The sources that stand in the place of files, by the mark of the checker that has them. */
const changed = new Map<string, { readonly file: string; readonly source: string }>();
const plain = new Map<string, string>();

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const mark = new URL(context.parentURL ?? "file:///").search;
    return mark !== "" && changed.has(mark) && resolved.url.startsWith(CHECKER) && !resolved.url.includes("?")
      ? { ...resolved, url: `${resolved.url}${mark}` }
      : resolved;
  },
  load(url, context, next) {
    const { search, pathname } = url.startsWith(CHECKER) ? new URL(url) : { search: "", pathname: "" };
    const mutant = changed.get(search);
    if (mutant === undefined) return next(url, context);
    const source = pathname.endsWith(`/checker/${mutant.file}`) ? mutant.source : withoutTypes(url);
    return { format: "module", shortCircuit: true, source };
  },
});

function withoutTypes(url: string): string {
  const file = fileURLToPath(url);
  const source = plain.get(file) ?? stripTypeScriptTypes(readFileSync(file, "utf8"));
  plain.set(file, source);
  return source;
}

/** What judges a service, and what has a say in the walk. */
export type Checker = Pick<typeof import("../../flows/checker/prove.ts"), "refusalsOf"> &
  Pick<typeof import("../../flows/checker/walk.ts"), "walk"> &
  typeof import("../../flows/checker/ledger.ts") &
  typeof import("../../flows/checker/liveness.ts");

const PARTS = ["prove.ts", "walk.ts", "ledger.ts", "liveness.ts"];

/** The checker with `source` in the place of `file`: modules of its own, beside all that are loaded already. */
export async function checkerWith(file: string, source: string): Promise<Checker> {
  const mark = `?mutant=${changed.size + 1}`;
  changed.set(mark, { file, source });
  return Object.assign({}, ...(await Promise.all(PARTS.map((part) => import(`${CHECKER}${part}${mark}`)))));
}
