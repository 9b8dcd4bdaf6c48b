import { err, ok, type Result } from "../../base/result.ts";
import { type Language, told } from "../../base/told.ts";
import { type ReadService, readService } from "../compiler/compile.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { DefinitionError, ServiceSource } from "../compiler/source.ts";
import { pageOf } from "./position.ts";
import { PROOFS, type Proof, type ProofName, type Refusal, type Subject } from "./proof.ts";
import { data } from "./proofs/data.ts";
import { devices } from "./proofs/devices.ts";
import { ends } from "./proofs/ends.ts";
import { help } from "./proofs/help.ts";
import { money } from "./proofs/money.ts";
import { signing } from "./proofs/signing.ts";
import { texts } from "./proofs/texts.ts";
import { waits } from "./proofs/waits.ts";
import { type Place, walk } from "./walk.ts";

const BY_NAME: { readonly [P in ProofName]: Proof } = { ends, help, waits, money, data, texts, devices, signing };

/** What was found out about one service. */
export type Verdict = {
  readonly service: CompiledService;
  /** States and events that were walked through. */
  readonly states: number;
  readonly events: number;
  /** States of each step. */
  readonly statesOf: ReadonlyMap<string, number>;
  /** What the service asks of institutions, through the gateway. */
  readonly operations: readonly string[];
  /** Every state, in the order of the length of the shortest way to it. */
  readonly places: readonly Place[];
  readonly refusals: readonly Refusal[];
};

/**
 * Proves the properties of a definition over every state that its service can reach.
 *
 * @param language of what is said to the author.
 * @returns the mistakes of a definition that cannot be read; else the verdict, whether the properties hold or not.
 */
export function proveDefinition(
  source: ServiceSource,
  language: Language = "en",
): Result<Verdict, readonly DefinitionError[]> {
  const read = readService(source, language);
  return read.ok ? proveService(read.value) : read;
}

/** Proves the properties of a service that was read. */
export function proveService({ service, files, language }: ReadService): Result<Verdict, readonly DefinitionError[]> {
  const walked = walk(service);
  const subject: Subject = { walk: walked, files, language };
  if (walked.tooLarge) {
    const states = walked.places.length - 1;
    const problem = told(`the service has more than ${states} states`, `el servicio tiene más de ${states} estados`);
    const remedy = told("Make two services of it.", "Haga de él dos servicios.");
    return err([files.service.at(["steps"], problem, remedy)]);
  }
  return ok({
    service,
    states: walked.places.length,
    events: walked.places.reduce((sum, { on }) => sum + on.length, 0),
    operations: operationsIn(walked.places),
    places: walked.places,
    statesOf: counted(walked.places.map(({ snapshot }) => pageOf(service.definition, snapshot))),
    refusals: refusalsOf(subject),
  });
}

/** What speaks against a service that was walked through. */
export function refusalsOf(subject: Subject): Refusal[] {
  return PROOFS.flatMap((proof) => BY_NAME[proof](subject));
}

/** An institution's pages are asked for by the port that prints them. */
function operationsIn(places: readonly Place[]): string[] {
  const named = places.flatMap(({ call }) => {
    const { operation, pages } = call?.input ?? {};
    return typeof operation === "string" ? [operation] : pages === undefined ? [] : ["document.pages"];
  });
  return [...new Set(named)].sort();
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
