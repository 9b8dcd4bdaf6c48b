import { parseArgs } from "node:util";
import { fuzz } from "./engine.ts";
import { GROUPS } from "./targets/all.ts";

const BAD_USAGE = 64;
const FULL = 10_000_000;
const SAMPLE = 200_000;

type Options = { readonly seed: number; readonly bytes: number; readonly names: readonly string[] };

function options(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        full: { type: "boolean", default: false },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        framing: { type: "string", multiple: true, default: [] },
      },
    });
    const seed = Number(values.seed);
    return /^\d{1,9}$/.test(values.seed)
      ? { seed, bytes: values.full ? FULL : SAMPLE, names: values.framing }
      : undefined;
  } catch {
    return undefined;
  }
}

async function usage(): Promise<never> {
  const names = (await Promise.all(GROUPS.map((load) => load()))).flat().map(({ name }) => name);
  process.stderr.write(`npm run fuzz -- [--full] [--seed N] [--framing X]…; framings: ${names.join(", ")}\n`);
  process.exit(BAD_USAGE);
}

/** One line of JSON for each framing on standard output. Status 1 when a promise was broken, 64 on bad usage. */
const { seed, bytes, names } = options() ?? (await usage());
process.stderr.write(`seed ${seed}\n`);
const unknown = new Set(names);
for (const load of GROUPS)
  for (const target of await load()) {
    unknown.delete(target.name);
    if (names.length > 0 && !names.includes(target.name)) continue;
    const report = await fuzz(target, seed, bytes);
    if ("broken" in report) process.exitCode = 1;
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
if (unknown.size > 0) await usage();
