import type { Ledger } from "../../flows/checker/ledger.ts";
import type { Call } from "../../flows/checker/position.ts";

export type Question = readonly [ledger: Ledger, call: Call];

/** What `noteCall` was asked since this was last emptied; alike questions once. */
export const questions = new Map<string, Question>();

export function hear(ledger: Ledger, call: Call): void {
  // Nobody asks the ports, and in a walk they cannot be read.
  const { ports: _ports, ...input } = call.input;
  questions.set(JSON.stringify([ledger, call.name, input]), [ledger, call]);
}
