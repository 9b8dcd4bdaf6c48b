import { z } from "zod";
import { LOCALES, type Locale } from "../../base/contracts/view.ts";
import { type Language, told } from "../../base/told.ts";
import { isStepKind, kindOf, STEP_KINDS, type Step } from "../steps/library.ts";
import type { RawStep } from "./definition.ts";
import { conditionsIn } from "./graph.ts";
import { issues } from "./issues.ts";
import { MOST_STEPS, PartFiles, type ReadPart } from "./part-files.ts";
import { OUT, type PartUse, partUseSchema } from "./part-schema.ts";
import { filledCondition, filledText, filledValue, givenBy, type Names, type Say } from "./part-words.ts";
import {
  type DefinitionError,
  type Path,
  readYaml,
  type ServiceSource,
  type Source,
  type SourceFile,
} from "./source.ts";
import { textsIn } from "./text-tree.ts";

/** A step with its place: of one that comes from a part, in the part. */
export type PlacedStep = { readonly raw: RawStep; readonly at: Source["at"] };

/** A text that a part brings along. */
export type PartText = { readonly text: string | readonly string[]; readonly at: Source["at"] };

/** Steps and texts of a service with those of its parts. */
export type Expansion = {
  readonly steps: readonly PlacedStep[];
  /** By language and key. */
  readonly texts: { readonly [L in Locale]: Map<string, PartText> };
  /** Of each step that comes from a part, where the part has its texts. */
  readonly textsOf: ReadonlyMap<string, (locale: Locale) => Source["at"]>;
};

/** The steps of one file, and how what stands in them is read. */
type Level = {
  readonly at: Source["at"];
  readonly steps: readonly RawStep[];
  /** Of each name that a step may lead to the step that it means. */
  readonly targets: ReadonlyMap<string, string>;
  /** Of a part. */
  readonly within?: {
    readonly part: ReadPart;
    readonly names: Names;
    /** The parts around it, and itself. */
    readonly chain: readonly string[];
    /** Where the ways out lead; `undefined`: nothing follows. */
    readonly exits: ReadonlyMap<string, string | undefined>;
  };
};

/** Puts the steps of parts in the places where `steps` use them. What is wrong goes to `errors`. */
export function expandParts(
  file: Source,
  steps: readonly RawStep[],
  source: ServiceSource,
  language: Language,
  errors: DefinitionError[],
): Expansion {
  const files = new PartFiles(source.parts ?? {}, language, errors);
  const placed: PlacedStep[] = [];
  const texts = Object.fromEntries(LOCALES.map((locale) => [locale, new Map()])) as Expansion["texts"];
  const textsOf = new Map<string, (locale: Locale) => Source["at"]>();
  expand({ at: file.at, steps, targets: files.targetsIn(steps) });
  if (placed.length >= MOST_STEPS)
    errors.push(
      file.at(
        ["steps"],
        told(`there are more than ${MOST_STEPS} steps`, `hay más de ${MOST_STEPS} pasos`),
        told("Make two services of it.", "Haga de él dos servicios."),
      ),
    );
  if (errors.length === 0) errors.push(...files.unused());
  return { steps: placed, texts, textsOf };

  function expand(level: Level): void {
    for (const [index, step] of level.steps.entries()) {
      if (placed.length + errors.length >= MOST_STEPS) return;
      const at: Source["at"] = (path, ...words) => level.at(["steps", index, ...path], ...words);
      const below = stepBelow(level, index);
      if (step.kind === "part") usePart(level, step, below, at);
      else placed.push({ raw: settled(level, step, below, (...mistake) => void errors.push(at(...mistake))), at });
    }
  }

  function usePart(level: Level, step: RawStep, below: string | undefined, at: Source["at"]): void {
    const read = partUseSchema.safeParse(step);
    if (!read.success) {
      errors.push(...issues(at, read.error, partUseSchema, step));
      return;
    }
    const use = read.data;
    const say: Say = (...mistake) => void errors.push(at(...mistake));
    const chain = [...(level.within?.chain ?? []), use.use];
    const circle = chain.slice(chain.indexOf(use.use));
    if (circle.length > 1) {
      say(
        ["use"],
        told(
          `the part "${use.use}" uses itself: ${circle.join(" → ")}`,
          `la parte "${use.use}" se usa a sí misma: ${circle.join(" → ")}`,
        ),
        told("Take one of these uses out.", "Quite uno de estos usos."),
      );
      return;
    }
    if (!files.has(use.use)) {
      say(["use"], told(`there is no part "${use.use}"`, `no hay una parte "${use.use}"`), files.whereToLook(use.use));
      return;
    }
    const { file: name, line, usedIn: around = [] } = at([], told("", ""), told("", ""));
    const usedIn = [{ file: name, line }, ...around];
    const part = files.use(use.use, usedIn);
    if (part === undefined) return;
    const exits = exitsOf(level, use, part, below, say);
    const prefix = `${level.within?.names.prefix ?? ""}${use.id}-`;
    const targets = files.targetsOf(use.use);
    const own = new Set([...targets].filter(([name, target]) => name === target).map(([name]) => name));
    const given = givenBy(use, part.definition.parameters, level.within?.names, say);
    const names: Names = { own, prefix, given, read: part.readParameters };
    const inside: Source["at"] = (...words) => ({ ...part.file.at(...words), usedIn });
    keepTexts(part, names, inside);
    expand({ at: inside, steps: part.definition.steps, targets, within: { part, names, chain, exits } });
  }

  /** The texts of what stands outside come first: they stand for those of a part within. */
  function keepTexts({ definition }: ReadPart, names: Names, at: Source["at"]): void {
    for (const locale of LOCALES) {
      for (const { path, text } of textsIn(definition.texts[locale] ?? {})) {
        const place = ["texts", locale, ...path];
        const say: Say = (...mistake) => void errors.push(at(...mistake));
        const fill = (one: string) => String(filledText(one, names, say, place, locale));
        const key = names.prefix + path.join(".");
        const filled = typeof text === "string" ? fill(text) : text.map(fill);
        if (!texts[locale].has(key))
          texts[locale].set(key, { text: filled, at: (_path, ...words) => at(place, ...words) });
      }
    }
    for (const { id } of definition.steps)
      textsOf.set(
        `${names.prefix}${id}`,
        (locale) =>
          (_path, ...words) =>
            at(["texts", locale, String(id)], ...words),
      );
  }
}

/** Where the ways out of a part lead from the place where it is used. */
function exitsOf(level: Level, use: PartUse, part: ReadPart, below: string | undefined, say: Say) {
  const lead = (name: string, path: Path) => targetOf(level, name, path, say);
  const exits = new Map([[OUT, use.next === undefined ? below : lead(use.next, ["next"])]]);
  const named = part.definition.exits;
  for (const name of named) {
    const to = Object.hasOwn(use.exits, name) ? use.exits[name] : undefined;
    if (to === undefined)
      say(
        ["exits"],
        told(`the part "${use.use}" has a way out "${name}"`, `la parte "${use.use}" tiene una salida "${name}"`),
        told(`Say where it leads: exits: { ${name}: … }.`, `Diga adónde lleva: exits: { ${name}: … }.`),
      );
    exits.set(name, to === undefined ? undefined : lead(to, ["exits", name]));
  }
  for (const name of Object.keys(use.exits).filter((name) => !named.includes(name)))
    say(
      ["exits", name],
      told(`the part "${use.use}" has no way out "${name}"`, `la parte "${use.use}" no tiene una salida "${name}"`),
      named.length === 0
        ? told("It has one only, which is next.", 'Tiene una sola, que es "next".')
        : told(`It has: ${named.join(", ")}, and next.`, `Tiene: ${named.join(", ")}, y "next".`),
    );
  return exits;
}

/** The step that stands below the one at `index`: of the last of a part, what follows the part. */
function stepBelow({ steps, targets, within }: Level, index: number): string | undefined {
  const below = steps[index + 1];
  if (below === undefined) return within?.exits.get(OUT);
  const target = targets.get(String(below.id));
  return target === undefined ? undefined : (within?.names.prefix ?? "") + target;
}

/** The step that `name` means, by its name in the service. */
function targetOf({ targets, within }: Level, name: string, path: Path, say: Say): string {
  const target = targets.get(name);
  // Of a service, what is not there is told when the steps are put together.
  if (within === undefined) return target ?? name;
  if (target !== undefined) return within.names.prefix + target;
  if (name !== OUT) within.part.takenExits.add(name);
  const { exits } = within;
  const out = exits.get(name);
  if (out === undefined && exits.has(name))
    say(
      path,
      told(`"${name}" leads nowhere where the part is used`, `donde se usa la parte, "${name}" no lleva a ningún paso`),
      told("Say there with next or exits where it leads.", 'Diga allá con "next" o "exits" adónde lleva.'),
    );
  else if (out === undefined) {
    const there = [...targets.keys(), ...exits.keys()].join(", ");
    say(
      path,
      told(`there is no step "${name}" in the part`, `no hay un paso "${name}" en la parte`),
      told(`Name one of: ${there}.`, `Escriba uno de estos: ${there}.`),
    );
  }
  return out ?? name;
}

/** A step of a file as one of the service: its name, what it reads, and where it leads. */
function settled(level: Level, step: RawStep, below: string | undefined, say: Say): RawStep {
  const { within, targets, steps } = level;
  if (within === undefined && [...targets].every(([name, target]) => name === target)) return step;
  let raw = within === undefined ? step : (filledValue(step, within.names, say) as RawStep);
  const parsed = isStepKind(raw.kind) ? STEP_KINDS[raw.kind].schema.safeParse(raw) : undefined;
  if (parsed?.success) {
    const read: Step = parsed.data;
    const targetsOfStep = [
      ...(read.next === undefined ? [] : [{ target: read.next, path: ["next"] }]),
      ...kindOf(read).exits(read),
    ];
    for (const { target, path } of targetsOfStep) raw = withValue(raw, path, targetOf(level, target, path, say));
    if (within !== undefined)
      for (const { condition, path } of conditionsIn(read))
        raw = withValue(raw, path, filledCondition(condition.source, within.names, say, path));
  }
  if (within === undefined) return raw;
  const last = step === steps.at(-1) && step.kind !== "finish" && raw.next === undefined && below !== undefined;
  const id = typeof raw.id === "string" ? within.names.prefix + raw.id : raw.id;
  return { ...raw, id, ...(last ? { next: below } : {}) };
}

/** `whole` with `value` at `path`. */
function withValue<T>(whole: T, [name, ...rest]: Path, value: unknown): T {
  if (name === undefined) return value as T;
  if (Array.isArray(whole))
    return whole.map((inner, index) => (index === name ? withValue(inner, rest, value) : inner)) as T;
  const inner: unknown = Reflect.get(Object(whole), name);
  return { ...whole, [name]: withValue(inner, rest, value) };
}

/** The parts that a service uses, itself or through others, by name and in the order of their names. It need not be without mistakes. */
export function usedParts({ service, parts = {} }: ServiceSource): string[] {
  const used = new Set<string>();
  const open: SourceFile[] = [service];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const steps = usesSchema.safeParse(readYaml(file).value).data?.steps ?? [];
    for (const { kind, use } of steps) {
      const part = typeof use === "string" && kind === "part" && Object.hasOwn(parts, use) ? parts[use] : undefined;
      if (part === undefined || used.has(String(use))) continue;
      used.add(String(use));
      open.push(part);
    }
  }
  return [...used].sort();
}

const usesSchema = z.looseObject({
  steps: z.array(z.looseObject({ kind: z.unknown().optional(), use: z.unknown().optional() })),
});
