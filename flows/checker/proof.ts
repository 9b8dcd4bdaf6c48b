import type { Locale } from "../../base/contracts/view.ts";
import { type Language, type Told, told } from "../../base/told.ts";
import type { DefinitionError, Path, Source } from "../compiler/source.ts";
import type { Place, Walk } from "./walk.ts";
import { inWords } from "./words.ts";

/** The properties that a service has before it meets a citizen: the seven of the design's §4 in its order, and what signing asks for. */
export const PROOFS = ["ends", "help", "waits", "money", "data", "texts", "devices", "signing"] as const;
export type ProofName = (typeof PROOFS)[number];

/** Every rule of every proof, by the name that refusals carry. Each has seeds: definitions that only it refuses. */
export const RULES = [
  "ends.breaks",
  "ends.dead-end",
  "ends.unattended",
  "ends.nothing-to-do",
  "ends.empty-list",
  "ends.silent-end",
  "ends.unreachable-step",
  "ends.case-never-taken",
  "ends.bad-call",
  "ends.off-line-stuck",
  "help.language",
  "help.cannot-leave",
  "help.no-way-back",
  "waits.no-deadline",
  "waits.unheard-answer",
  "waits.partial",
  "money.charged-twice",
  "money.paid-for-nothing",
  "money.doubt-untold",
  "money.refund-untold",
  "money.delivery-claimed",
  "money.turn-taken-twice",
  "money.refund-claimed",
  "money.incident-untold",
  "data.no-consent",
  "data.asked-twice",
  "data.assurance",
  "texts.missing",
  "texts.too-long",
  "texts.waiting-untold",
  "texts.waiting-paper",
  "devices.undeclared",
  "devices.unneeded",
  "signing.unidentified",
  "signing.unproved",
  "signing.unread",
  "signing.twice",
  "signing.no-receipt",
] as const satisfies readonly `${ProofName}.${string}`[];
export type RuleName = (typeof RULES)[number];

/** Why a definition is refused: a mistake with its place, and the shortest way to where it shows. */
export type Refusal = DefinitionError & {
  readonly rule: RuleName;
  /** The step of the definition that it is about; empty when it is about the whole. */
  readonly step: string;
  /** Step and state in which the fault shows, e.g. `pay.charging`; empty when it shows in the files alone. */
  readonly state: string;
  /** What happens on the shortest way there, one line an event. */
  readonly way: readonly string[];
};

export type Subject = {
  /** Of what is said to the author. */
  readonly language: Language;
  readonly walk: Walk;
  readonly files: { readonly service: Source; readonly texts: { readonly [L in Locale]?: Source } };
};

export function proofOf(rule: RuleName): ProofName {
  return rule.slice(0, rule.indexOf(".")) as ProofName;
}

/** One proof: everything that speaks against the property. */
export type Proof = (subject: Subject) => readonly Refusal[];

/** A refusal that shows in `place`. */
export function refusedAt(
  { walk, files, language }: Subject,
  rule: RuleName,
  place: Place,
  problem: Told,
  remedy: Told,
): Refusal {
  const step = stepOf(walk, place);
  const index = walk.service.definition.steps.findIndex(({ id }) => id === step);
  return {
    ...files.service.at(index === -1 ? ["steps"] : ["steps", index], problem, remedy),
    ...{ rule, step },
    state: place.leaf === "" ? place.step : `${place.step}.${place.leaf}`,
    way: inWords(place, language),
  };
}

/** A refusal that shows in the definition itself, whatever happens. */
export function refusedFile(
  { walk, files }: Subject,
  rule: RuleName,
  path: Path,
  problem: Told,
  remedy: Told,
): Refusal {
  const [field, index] = path;
  const step = field === "steps" && typeof index === "number" ? walk.service.definition.steps[index]?.id : undefined;
  const told = files.service.at(path, problem, remedy);
  return { ...told, rule, step: step ?? "", state: "", way: [] };
}

/** The step of the definition that `place` belongs to: of a state of the library, the step that led there. */
function stepOf({ service }: Walk, place: Place): string {
  const own = (one: Place) => service.definition.steps.some(({ id }) => id === one.step);
  for (let here: Place | undefined = place; here !== undefined; here = here.from?.place)
    if (own(here)) return here.step;
  return "";
}

/** A rule about one state of a journey at a time. The first state that breaks it is reported: it has the shortest way. */
export type PlaceRule = {
  readonly rule: RuleName;
  readonly broken: (place: Place) => boolean;
  readonly problem: (place: Place) => Told;
  readonly remedy: Told;
};

/** What speaks against `rules`, at most one refusal each. */
export function refusedByRules(subject: Subject, rules: readonly PlaceRule[]): Refusal[] {
  return rules.flatMap(({ rule, broken, problem, remedy }) => {
    const place = subject.walk.places.find(broken);
    return place === undefined ? [] : [refusedAt(subject, rule, place, problem(place), remedy)];
  });
}

/** The remedy where the author can do nothing: the step library itself is wrong. */
export const LIBRARY_FAULT = told(
  "This is a fault of the step itself: report it with this definition.",
  "La falla está en el paso mismo y no en sus archivos: avise, y adjunte esta definición.",
);
