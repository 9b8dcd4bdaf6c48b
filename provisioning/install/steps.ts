import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Machine } from "./machine.ts";
import { type Manifest, readManifest, writeManifest } from "./manifest.ts";

/** What a step found, and did or would do. */
export type StepReport = { readonly changed: boolean; readonly said: string };

export type StepContext = {
  readonly machine: Machine;
  /** Nothing is changed: the steps say what they would do. */
  readonly dryRun: boolean;
  /** What was changed so far; a step notes its change before it makes it, so that a removal after a power cut finds it. */
  readonly manifest: { readonly value: Manifest; note(change: Partial<Manifest>): void };
};

export type Step = {
  readonly name: string;
  run(context: StepContext): Promise<Result<StepReport, CodedError>>;
};

export type StepOutcome = { readonly name: string; readonly changed: boolean; readonly said: string };

/** Runs steps in order; the first that fails ends it, and its error says what to do. */
export async function runSteps(
  steps: readonly Step[],
  {
    machine,
    dryRun,
    say,
  }: { readonly machine: Machine; readonly dryRun: boolean; readonly say: (outcome: StepOutcome) => void },
): Promise<Result<readonly StepOutcome[], { readonly step: string; readonly error: CodedError }>> {
  let value = readManifest(machine);
  const manifest = {
    get value() {
      return value;
    },
    note(change: Partial<Manifest>) {
      value = { ...value, ...change };
      if (!dryRun) writeManifest(machine, value);
    },
  };
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const done = await step.run({ machine, dryRun, manifest });
    if (!done.ok) return { ok: false, error: { step: step.name, error: done.error } };
    const outcome = { name: step.name, ...done.value };
    outcomes.push(outcome);
    say(outcome);
  }
  return ok(outcomes);
}

export const unchanged = (said: string): Result<StepReport, never> => ({ ok: true, value: { changed: false, said } });
export const changed = (said: string): Result<StepReport, never> => ({ ok: true, value: { changed: true, said } });
