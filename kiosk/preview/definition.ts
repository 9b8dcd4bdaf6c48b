import { type Language, told } from "../../base/told.ts";
import { pageOf } from "../../flows/checker/position.ts";
import { PROOFS, proofOf, type Refusal } from "../../flows/checker/proof.ts";
import { proveService } from "../../flows/checker/prove.ts";
import type { Place } from "../../flows/checker/walk.ts";
import { inWords, moveInWords } from "../../flows/checker/words.ts";
import { readService } from "../../flows/compiler/compile.ts";
import type { CompiledService } from "../../flows/compiler/compiled.ts";
import { type DefinitionError, whereInWords } from "../../flows/compiler/source.ts";
import { readSource } from "../../flows/node/load-services.ts";
import type { Problem, StepOfService } from "./panel/state.ts";

/** What the files of a definition come to now. */
export type Reading = {
  /** Absent: the files cannot be read. */
  readonly service?: CompiledService;
  readonly places: readonly Place[];
  readonly problems: readonly Problem[];
  /** In words, what is proved. */
  readonly proved: string;
};

/**
 * Reads, compiles and proves the definition in `folder`. Nothing of it is an error of the preview: whatever is wrong is shown.
 *
 * @param language of what is said to the author.
 */
export async function readDefinition(folder: string, language: Language): Promise<Reading> {
  let source: Awaited<ReturnType<typeof readSource>>;
  try {
    source = await readSource(folder);
  } catch (problem) {
    if (!(problem instanceof Error && "code" in problem)) throw problem;
    const mistake = {
      file: folder,
      line: 1,
      path: "",
      problem: problem.message,
      remedy: told("See that the files are there.", "Vea que los archivos estén ahí.")[language],
    };
    return { places: [], problems: [mistaken(mistake, language)], proved: "" };
  }
  const read = readService(source, language);
  if (!read.ok) return { places: [], problems: read.error.map((mistake) => mistaken(mistake, language)), proved: "" };
  const { service } = read.value;
  const verdict = proveService(read.value);
  if (!verdict.ok)
    return { service, places: [], problems: verdict.error.map((mistake) => mistaken(mistake, language)), proved: "" };
  const { places, refusals, states } = verdict.value;
  const refused = new Set(refusals.map(({ rule }) => proofOf(rule)));
  const [bad, good, counted] = [
    told("REFUSED", "RECHAZA"),
    told("proved", "bien"),
    told(`${states} states`, `${states} estados`),
  ];
  const words = PROOFS.map((proof) => `${proof} ${(refused.has(proof) ? bad : good)[language]}`);
  return {
    service,
    places,
    problems: refusals.map((refusal) => refusedIn(refusal, places, language)),
    proved: `${counted[language]}: ${words.join(", ")}`,
  };
}

/** The states that can be jumped to, by step: of those that look the same the one with the shortest way. */
export function stepsOf({ service, places }: Reading, language: Language): StepOfService[] {
  if (service === undefined) return [];
  const kinds = new Map<string, string>(service.definition.steps.map(({ id, kind }) => [id, kind]));
  const steps = new Map<string, StepOfService["states"][number][]>([...kinds.keys()].map((id) => [id, []]));
  const seen = new Set<string>();
  for (const [index, place] of places.entries()) {
    if (place.snapshot.status !== "active") continue;
    const { screen } = place.view;
    const title = screen.title.text;
    const page = pageOf(service.definition, place.snapshot);
    const look = JSON.stringify([page, place.leaf, title, "problem" in screen ? screen.problem : null]);
    if (seen.has(look)) continue;
    seen.add(look);
    const by = place.from === undefined ? "" : moveInWords(place.from.move)[language];
    const states = steps.get(page) ?? [];
    states.push({ place: index, name: place.leaf || place.step, title, by });
    steps.set(page, states);
  }
  // A step that decides has no page of its own.
  const shown = [...steps].filter(([, states]) => states.length > 0);
  return shown.map(([id, states]) => ({ id, kind: kinds.get(id) ?? EVERYWHERE[language], states }));
}

const EVERYWHERE = told("every service has it", "lo tiene todo servicio");

function mistaken(mistake: DefinitionError, language: Language): Problem {
  const { file, line, problem, remedy } = mistake;
  return { file, line, where: whereInWords(mistake, language), problem, remedy, rule: "", way: [] };
}

function refusedIn(refusal: Refusal, places: readonly Place[], language: Language): Problem {
  const { rule, way } = refusal;
  const same = places.findIndex((place) => place.snapshot.status === "active" && isSame(inWords(place, language), way));
  return { ...mistaken(refusal, language), rule, way, ...(same === -1 || way.length === 0 ? {} : { place: same }) };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
