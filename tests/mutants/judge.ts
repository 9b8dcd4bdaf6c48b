import { basename, join } from "node:path";
import { assertOk } from "../../base/result.ts";
import type { Refusal, Subject } from "../../flows/checker/proof.ts";
import { refusalsOf } from "../../flows/checker/prove.ts";
import type { Walk } from "../../flows/checker/walk.ts";
import { type ReadService, readService } from "../../flows/compiler/compile.ts";
import { readSource, SERVICES_DIRECTORY, serviceFolders } from "../../flows/node/load-services.ts";
import { holdingFrom } from "../../flows/testing/seeds/holding.ts";
import { seedsFrom } from "../../flows/testing/seeds/seeds.ts";
import type { Sources } from "../../flows/testing/seeds/sources.ts";
import { type Checker, checkerWith } from "./load.ts";
import type { Mutant } from "./mutate.ts";
import { type Heard, heardWalk, walksAlike } from "./same-walk.ts";

/** A service that the checker judges, and what the checker as it is says of it. */
type Case = {
  readonly name: string;
  readonly service: ReadService;
  readonly heard: Heard;
  readonly expected: string;
};

/** A file whose mutants are made. `walks`: it has a say in the walk itself, which then must be made anew for each mutant. */
export type Mutated = { readonly file: string; readonly walks: boolean };

const EXAMPLES = join(SERVICES_DIRECTORY, "../testing/examples");

/** Services that hold and seeds that do not, as `prove.test.ts` has them: those with the fewest states first. */
export async function cases(): Promise<Case[]> {
  const folders = await Promise.all([SERVICES_DIRECTORY, EXAMPLES].map(serviceFolders));
  const sources = await Promise.all(folders.flat().map(readSource));
  const named = (name: string) => {
    const found = sources.find(({ service }) => basename(service.name.replace("/service.yaml", "")) === name);
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  const made: Sources = {
    bono: named("bono-atencion"),
    certificate: named("certificado-nacimiento"),
    contact: named("solicitud-contacto"),
    turn: named("turno"),
    status: named("estado-tramite"),
    declaration: named("declaracion-domicilio"),
  };
  return [
    ...seedsFrom(made).map(({ rule, name, service }) => asCase(`${rule}: ${name}`, service)),
    ...holdingFrom(made).map(({ name, service }) => asCase(name, service)),
    ...sources.map((source) => asCase(source.service.name, assertOk(readService(source), "the service"))),
  ].sort((one, other) => one.heard.walk.places.length - other.heard.walk.places.length);
}

function asCase(name: string, service: ReadService): Case {
  const heard = heardWalk(service.service);
  return { name, service, heard, expected: said(refusalsOf(subjectOf(heard.walk, service))) };
}

/**
 * Whether any of `all` tells the mutant from the checker as it is. Those that did so for the last mutants are asked first: `all` is
 * sorted anew with each answer.
 *
 * @returns the name of the case that tells; `undefined` when none does.
 */
export async function toldBy(all: Case[], { file, walks }: Mutated, { source }: Mutant): Promise<string | undefined> {
  const checker = await checkerWith(file, source);
  for (const [index, one] of all.entries()) {
    if (walks && walksAlike(one.heard, checker)) continue;
    if (one.expected === judged(checker, one, walks)) continue;
    all.unshift(...all.splice(index, 1));
    return one.name;
  }
  return undefined;
}

/** @param again whether the mutant walks the service itself. */
function judged(checker: Checker, { service, heard }: Case, again: boolean): string {
  try {
    const walked = again ? checker.walk(service.service, 2 * heard.walk.places.length + 50) : heard.walk;
    return walked.tooLarge ? "too large" : said(checker.refusalsOf(subjectOf(walked, service)));
  } catch (error) {
    return String(error);
  }
}

function subjectOf(walk: Walk, { files }: ReadService): Subject {
  return { walk, files, language: "en" };
}

function said(refusals: readonly Refusal[]): string {
  return JSON.stringify(refusals);
}
