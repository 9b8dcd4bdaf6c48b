import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import type { ContractRun } from "../../drivers/contract-places.ts";
import { ContractCount } from "./contract-table.ts";

export type TestSummary = {
  passed: number;
  failed: number;
  /** Files that could not be loaded and errors outside tests. */
  broken: number;
  skipped: { name: string; reason: string }[];
  /** The files that took longest, seconds. */
  slowest: { file: string; seconds: number }[];
};

const SLOWEST = 15;

/** Counts tests for the closing line of `npm test`, keeps why each skipped one was skipped, which device passed what on what, and where the time went. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const summary: TestSummary = {
      passed: 0,
      failed: 0,
      broken: errors.length,
      skipped: [],
      slowest: slowest(modules),
    };
    const contracts = new ContractCount();
    for (const module of modules) {
      if (module.errors().length > 0) summary.broken++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        countContract(contracts, test);
        if (result.state === "passed") summary.passed++;
        else if (result.state === "failed") summary.failed++;
        else {
          const note = "note" in result ? result.note : undefined;
          summary.skipped.push({ name: test.fullName, reason: note ?? "no reason was given" });
        }
      }
    }
    const folder = join(import.meta.dirname, "..", "..", "out", "test");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "summary.json"), JSON.stringify(summary));
    writeFileSync(join(folder, "transports.json"), `${JSON.stringify(contracts.table(), null, 1)}\n`);
  }
}

function slowest(modules: readonly TestModule[]): TestSummary["slowest"] {
  const took = (module: TestModule) => {
    const { setupDuration, collectDuration, duration } = module.diagnostic();
    return Math.round((setupDuration + collectDuration + duration) / 1_000);
  };
  return modules
    .map((module) => ({ file: module.relativeModuleId, seconds: took(module) }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST);
}

function countContract(contracts: ContractCount, test: TestCase): void {
  const { state } = test.result();
  const run = contractOf(test);
  if (run !== undefined) contracts.add(run, state === "passed" || state === "failed" ? state : "skipped");
  const { lab } = test.meta();
  if (lab === undefined) return;
  contracts.labKernel = lab.kernel;
  for (const row of lab.rows) contracts.addRow(row);
}

/** Its own, or that of the innermost group that has one. */
function contractOf(test: TestCase): ContractRun | undefined {
  let run = test.meta().contract;
  for (let group = test.parent; run === undefined && group.type === "suite"; group = group.parent)
    run = group.meta().contract;
  return run;
}
