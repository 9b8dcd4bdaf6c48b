import type { CompiledService, JourneySnapshot } from "../compiler/compiled.ts";
import { valueAt } from "../engine/expression.ts";
import { pagesOf } from "../steps/ask/file.ts";
import { IDENTITY } from "../steps/identify/identity.ts";
import { facetsOf } from "./facets.ts";
import type { Ledger } from "./ledger.ts";
import { liveness } from "./liveness.ts";
import type { Tested } from "./samples.ts";

/** No guard compares a count beyond this: states that differ only above it are one. */
const COUNTED = 3;

/** States of the library, in which nothing of a step's page is left. */
const LIBRARY = ["incident", "ending", "left"];

/**
 * What distinguishes two states, as far as guards, pages and proofs can tell. What no later state reads is left out, and so
 * is how often anything but a charge was tried.
 *
 * @param tested what the definition compares in the result of each step.
 */
export function stateKeysOf(
  service: CompiledService,
  tested: ReadonlyMap<string, Tested>,
): (snapshot: JourneySnapshot, ledger: Ledger, step: string) => string {
  const live = liveness(service);
  const answersAt = rememberedAnswers(service, live);
  const pages = new Map(
    service.definition.steps.flatMap((own) =>
      own.kind === "ask" && own.input === "file"
        ? [[own.id, (context: JourneySnapshot["context"]) => pagesOf(context, own).length] as const]
        : [],
    ),
  );
  const ledgers = new WeakMap<Ledger, string>();
  return ({ value, status, context }, ledger, step) => {
    const { trail, changing, effects, problem, attempts, sale, prints, delivered, notes, incident, ending, parts } =
      context;
    const { waiting } = context;
    const { return: back, far } = live(step);
    // Of an answer that is typed part by part what conditions will read of it.
    const compared = Object.entries(parts).filter(([part]) => tested.get(step)?.has(`value.${part}`));
    const isStranger = context.card !== null && context.card.run !== valueAt(context.data, [IDENTITY, "run"]);
    // Which page of a declaration is read, whose card was shown last, and what has proved who is there.
    const signing = [context.work.page, isStranger, context.proof?.run, context.proof?.by];
    // How many pages lie there: what can be done at a scanner depends on it.
    const scanned = pages.get(step)?.(context) ?? 0;
    const own = LIBRARY.includes(step)
      ? []
      : [problem, Math.min(attempts, COUNTED), prints, context.link !== null, compared, ...signing, scanned];
    const away = context.away.filter((way) => far.has(way));
    const charges = Math.min(effects.charge ?? 0, COUNTED);
    const owes = context.unreceipted?.recorded ?? null;
    const end = [delivered, waiting, owes, [...new Set(notes)], incident?.kind, ending, context.alone];
    const way = back ? [trail, changing] : [];
    const happened = ledgers.get(ledger) ?? JSON.stringify(ledger);
    ledgers.set(ledger, happened);
    return `${JSON.stringify([value, status, away, charges, sale !== null, end, own, way])}${answersAt(context.data, step)}${happened}`;
  };
}

type Data = JourneySnapshot["context"]["data"];

/** What still matters of the answers. Most events change none of them: each set of answers is looked at once for each step. */
function rememberedAnswers(
  { definition }: CompiledService,
  live: ReturnType<typeof liveness>,
): (data: Data, step: string) => string {
  const facets = facetsOf(definition);
  const remembered = new WeakMap<Data, Map<string, string>>();
  return (data, step) => {
    const ofData = remembered.get(data) ?? new Map<string, string>();
    remembered.set(data, ofData);
    const known = ofData.get(step);
    if (known !== undefined) return known;
    const needed = Object.fromEntries(Object.entries(data).filter(([name]) => live(step).data.has(name)));
    const answers = JSON.stringify([Object.keys(needed).sort(), facets(needed)]);
    ofData.set(step, answers);
    return answers;
  };
}
