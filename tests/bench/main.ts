import { readdirSync } from "node:fs";
import { join } from "node:path";

const BAD_USAGE = 64;

/** What `./<name>.ts` exports: measures, and tells the figure, the peer's figure, the limit and the ratio. */
type Benchmark = { readonly run: () => Promise<object> };

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts" && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -".ts".length))
  .sort();
const [name = "", ...rest] = process.argv.slice(2);

if (!names.includes(name) || rest.length > 0) {
  console.error(`npm run bench -- <name>; benchmarks: ${names.join(", ") || "none yet"}`);
  process.exit(BAD_USAGE);
}
const benchmark: Benchmark = await import(join(import.meta.dirname, `${name}.ts`));
const figures = JSON.stringify({ name, ...(await benchmark.run()) });
process.stdout.write(`${figures}\n`, () => process.exit(0));
