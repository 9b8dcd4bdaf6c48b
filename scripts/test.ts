import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ContractTable, tableText } from "../tests/support/contract-table.ts";
import type { TestSummary } from "../tests/support/summary-reporter.ts";
import { runStaticChecks } from "./static-checks.ts";
import { installTestPackages } from "./system-packages.ts";

/** `npm test`: everything that continuous integration runs. Further arguments go to vitest (a path, `-t name`). */
const root = join(import.meta.dirname, "..");
const summaryFile = join(root, "out", "test", "summary.json");
const filters = process.argv.slice(2);

for (const problem of installTestPackages()) process.stderr.write(`${problem}\n`);

const checks = filters.length === 0 ? runStaticChecks() : [];

const contractsFile = join(root, "out", "test", "transports.json");
for (const file of [summaryFile, contractsFile]) rmSync(file, { force: true });
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const reporters = ["--reporter=default", "--reporter=./tests/support/summary-reporter.ts"];
const run = spawnSync(process.execPath, [vitest, "run", ...reporters, ...filters], { cwd: root, stdio: "inherit" });

const summary: TestSummary = existsSync(summaryFile)
  ? JSON.parse(readFileSync(summaryFile, "utf8"))
  : { passed: 0, failed: 0, broken: 1, skipped: [], slowest: [] };
if (filters.length === 0)
  process.stdout.write(`Slowest: ${summary.slowest.map(({ file, seconds }) => `${file} ${seconds} s`).join(", ")}\n`);
for (const { name, reason } of summary.skipped) process.stdout.write(`skipped: ${name}\n  because ${reason}\n`);
if (existsSync(contractsFile)) {
  const contracts: ContractTable = JSON.parse(readFileSync(contractsFile, "utf8"));
  if (contracts.rows.length > 0) process.stdout.write(`\nDevices, and what they passed on:\n${tableText(contracts)}\n`);
}

const passed = summary.passed + checks.filter((check) => check.passed).length;
const failed = summary.failed + summary.broken + checks.filter((check) => !check.passed).length;
process.stdout.write(`${passed} passed, ${failed} failed, ${summary.skipped.length} skipped\n`);
process.exit(failed === 0 && run.status === 0 ? 0 : 1);
