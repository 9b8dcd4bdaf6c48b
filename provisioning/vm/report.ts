import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

/** `not-run` when a part that the step needs is not there, with the reason: it is neither passed nor failed. */
export type Verdict = "passed" | "failed" | "not-run";

export type StepResult = {
  readonly name: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** What was seen, or what went wrong. */
  readonly said: string;
};

export type StepWork = () => Promise<Result<string, CodedError | { readonly notRun: string }>>;

/** The protocol of a run: each step with its verdict, written after every step, so that a run that is cut leaves what it had. */
export class Protocol {
  readonly folder: string;
  readonly steps: StepResult[] = [];
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  readonly #began: number;

  constructor(folder: string, clock: Clock, say: (line: string) => void) {
    this.folder = folder;
    this.#clock = clock;
    this.#say = say;
    this.#began = clock.now();
    mkdirSync(join(folder, "screens"), { recursive: true });
  }

  /** Does a step and notes its end. @returns whether it passed. */
  async step(name: string, work: StepWork): Promise<boolean> {
    const began = this.#clock.monotonic();
    this.#say(`${name} …`);
    const done = await work();
    const seconds = Math.round((this.#clock.monotonic() - began) / 100) / 10;
    const result: StepResult = done.ok
      ? { name, verdict: "passed", seconds, said: done.value }
      : "notRun" in done.error
        ? { name, verdict: "not-run", seconds, said: done.error.notRun }
        : { name, verdict: "failed", seconds, said: `${done.error.code}: ${done.error.message}` };
    this.steps.push(result);
    this.#say(`${name}: ${result.verdict} in ${seconds} s: ${result.said}`);
    this.write();
    return done.ok;
  }

  /** Passed only when nothing failed and nothing was left out. */
  get verdict(): "passed" | "failed" | "incomplete" {
    if (this.steps.some(({ verdict }) => verdict === "failed")) return "failed";
    return this.steps.some(({ verdict }) => verdict === "not-run") ? "incomplete" : "passed";
  }

  write(): void {
    const report = { verdict: this.verdict, began: new Date(this.#began).toISOString(), steps: this.steps };
    writeFileSync(join(this.folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  }
}
