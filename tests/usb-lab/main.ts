import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tableText } from "../support/contract-table.ts";
import { Unavailable } from "../support/vm/kernel.ts";
import { requirements } from "../support/vm/requirements.ts";
import { BACK_WITHIN, contractTable, ends, failedService, lateReturns, leaks, times, wrongOutcomes } from "./judge.ts";
import { runLab } from "./lab.ts";

/** `npm run usb-lab [-- --full] [--seed N] [--cycles N] [--only KIND] [--no-contracts]`. */
const ROOT = join(import.meta.dirname, "..", "..");
const QUICK = 50;
const FULL = 1_000;
const BAD_USAGE = 64;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  allowNegative: true,
  options: {
    full: { type: "boolean", default: false },
    seed: { type: "string" },
    cycles: { type: "string" },
    only: { type: "string" },
    contracts: { type: "boolean", default: true },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const cycles = Number(values.cycles ?? (values.full ? FULL : QUICK));
if (!Number.isInteger(seed) || !Number.isInteger(cycles)) {
  say("npm run usb-lab [-- --full] [--seed N] [--cycles N] [--only KIND] [--no-contracts]");
  process.exit(BAD_USAGE);
}

const name = `${values.full ? "full" : "lab"}-${seed}`;

try {
  const kernel = requirements();
  say(`seed ${seed}, ${cycles} cycles, Debian's kernel ${kernel.release}`);
  const evidence = await runLab(kernel, {
    seed,
    cycles,
    contracts: values.contracts,
    ...(values.only !== undefined && { only: values.only }),
    name,
    onLine: (line) => {
      if (line.type === "contract") say(`${line.failure ?? "passed"}: ${line.name}, ${line.took} ms`);
      else if (line.type !== "cycle") say(JSON.stringify(line));
      else if (line.number % 10 === 0) say(`${line.kind}: ${line.number} cycles`);
    },
  });
  say(`${evidence.cycles.length} cycles in ${evidence.seconds} s`);
  say(`back in service after enumeration, ms: ${JSON.stringify(times(evidence))}`);
  say(`later than the ${BACK_WITHIN} ms of a kiosk's budget: ${lateReturns(evidence)} of ${evidence.cycles.length}`);
  say(`ends of transactions that lost their cable: ${JSON.stringify(ends(evidence))}`);
  const broken = evidence.contracts.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name}: ${failure}`],
  );
  say(`contract tests: ${evidence.contracts.length - broken.length} passed, ${broken.length} failed`);
  const table = contractTable(evidence);
  if (table.rows.length > 0) say(tableText(table));
  writeFileSync(join(ROOT, "out", "usb-lab", name, "transports.json"), `${JSON.stringify(table, null, 1)}\n`);
  const complaints = [
    ...broken,
    ...(evidence.failure === undefined ? [] : [evidence.failure]),
    ...[wrongOutcomes, failedService, leaks].flatMap((judge) => judge(evidence)),
  ];
  for (const complaint of complaints) say(complaint);
  process.exitCode = complaints.length === 0 && evidence.ended ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  say(`The lab cannot run here: ${error.message}`);
  process.exitCode = 1;
}
