import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Mutated } from "./judge.ts";
import { type Mutant, mutantsOf } from "./mutate.ts";
import { PASSING } from "./passing.ts";

const BAD_USAGE = 64;
const CHECKER = join(import.meta.dirname, "../../flows/checker");

/** What is mutated: everything that decides what is refused. */
const FILES: readonly Mutated[] = [
  ...["ends", "help", "waits", "money", "data", "texts", "devices", "signing"].map((proof) => ({
    file: `proofs/${proof}.ts`,
    walks: false,
  })),
  ...["off-line.ts", "facts.ts", "leading.ts"].map((file) => ({ file, walks: false })),
  ...["ledger.ts", "liveness.ts"].map((file) => ({ file, walks: true })),
];

type Options = { readonly seed: number; readonly sample: number; readonly files: readonly string[] };

function options(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        sample: { type: "string", default: "0" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        file: { type: "string", multiple: true, default: [] },
      },
    });
    const known = values.file.every((name) => FILES.some(({ file }) => file === name));
    const numbers = [values.seed, values.sample].every((text) => /^\d{1,9}$/.test(text));
    return known && numbers
      ? { seed: Number(values.seed), sample: Number(values.sample), files: values.file }
      : undefined;
  } catch {
    return undefined;
  }
}

function usage(): never {
  process.stderr.write(
    `npm run mutants -- [--sample N] [--seed N] [--file X]…; files: ${FILES.map(({ file }) => file).join(", ")}\n`,
  );
  process.exit(BAD_USAGE);
}

/** One line of JSON for each file on standard output. Status 1 when a mutant passes that is not known to, 64 on bad usage. */
const { seed, sample, files } = options() ?? usage();
const made = FILES.filter(({ file }) => files.length === 0 || files.includes(file)).flatMap((mutated) =>
  mutantsOf(readFileSync(join(CHECKER, mutated.file), "utf8")).map((mutant) => ({ mutated, mutant })),
);
process.stderr.write(`seed ${seed}\n`);
const chosen = sample === 0 ? made : made.filter((_, index) => (index * 7_919 + seed) % made.length < sample);
// Only now: it loads the checker and every service.
const { cases, toldBy } = await import("./judge.ts");
const all = await cases();
let failed = false;
for (const mutated of FILES) {
  const own = chosen.filter((one) => one.mutated === mutated);
  if (own.length === 0) continue;
  const counts = { mutants: own.length, told: 0, known: 0, missed: 0 };
  for (const { mutant } of own) {
    const isKnown = PASSING.some((known) => known.file === mutated.file && isSame(known, mutant));
    const teller = await toldBy(all, mutated, mutant);
    if (teller !== undefined) counts.told++;
    else if (isKnown) counts.known++;
    else counts.missed++;
    if ((teller === undefined) === isKnown) continue;
    failed = true;
    const { line, before, after } = mutant;
    const problem = teller === undefined ? "nothing tells" : `${teller} tells, though it is said to pass,`;
    process.stderr.write(`flows/checker/${mutated.file}:${line}: ${problem}\n  ${before}\n  from\n  ${after}\n`);
  }
  process.stdout.write(`${JSON.stringify({ file: mutated.file, ...counts })}\n`);
}
for (const known of PASSING) {
  if (made.some(({ mutated, mutant }) => mutated.file === known.file && isSame(known, mutant))) continue;
  if (files.length > 0 && !files.includes(known.file)) continue;
  failed = true;
  process.stderr.write(`${known.file}: this mutant is no longer made, and still said to pass: ${known.before}\n`);
}
process.exitCode = failed ? 1 : 0;

function isSame(known: { readonly before: string; readonly after: string }, { before, after }: Mutant): boolean {
  return known.before === before && known.after === after;
}
