import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

export type TestSummary = {
  passed: number;
  failed: number;
  /** Files that could not be loaded and errors outside tests. */
  broken: number;
  skipped: { name: string; reason: string }[];
};

/** Counts tests for the closing line of `npm test`, and keeps why each skipped one was skipped. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const summary: TestSummary = { passed: 0, failed: 0, broken: errors.length, skipped: [] };
    for (const module of modules) {
      if (module.errors().length > 0) summary.broken++;
      for (const test of module.children.allTests()) {
        const result = test.result();
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
  }
}
