import { err, ok, type Result } from "../../base/result.ts";
import { type ReadService, readService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { DefinitionError, ServiceSource } from "../compiler/source.ts";
import { PROOFS, type Proof, type ProofName, type Refusal, type Subject } from "./proof.ts";
import { data } from "./proofs/data.ts";
import { devices } from "./proofs/devices.ts";
import { ends } from "./proofs/ends.ts";
import { help } from "./proofs/help.ts";
import { money } from "./proofs/money.ts";
import { texts } from "./proofs/texts.ts";
import { waits } from "./proofs/waits.ts";
import { walk } from "./walk.ts";

const BY_NAME: { readonly [P in ProofName]: Proof } = { ends, help, waits, money, data, texts, devices };

/** What was found out about one service. */
export type Verdict = {
  readonly service: CompiledService;
  /** States and events that were walked through. */
  readonly states: number;
  readonly events: number;
  /** States of each step. */
  readonly statesOf: ReadonlyMap<string, number>;
  readonly refusals: readonly Refusal[];
};

/**
 * Proves the seven properties of a definition over every state that its service can reach.
 *
 * @returns the mistakes of a definition that cannot be read; else the verdict, whether the properties hold or not.
 */
export function proveDefinition(source: ServiceSource): Result<Verdict, readonly DefinitionError[]> {
  const read = readService(source);
  return read.ok ? proveService(read.value) : read;
}

/** Proves the properties of a service that was read. */
export function proveService({ service, files }: ReadService): Result<Verdict, readonly DefinitionError[]> {
  const walked = walk(service);
  const subject: Subject = { walk: walked, files };
  if (walked.tooLarge) {
    const problem = `the service has more than ${walked.places.length - 1} states`;
    return err([files.service.at(["steps"], problem, "Make two services of it.")]);
  }
  return ok({
    service,
    states: walked.places.length,
    events: walked.places.reduce((sum, { on }) => sum + on.length, 0),
    statesOf: counted(walked.places.map(({ step }) => step)),
    refusals: PROOFS.flatMap((proof) => BY_NAME[proof](subject)),
  });
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
