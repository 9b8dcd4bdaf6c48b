import type { Intent, Screen } from "../../base/contracts/view.ts";
import { COMMUNES } from "../../base/places/communes.ts";
import type { JourneyView } from "../compiler/compiled.ts";
import { dayAfter } from "../engine/calendar.ts";
import type { Json } from "../engine/ports.ts";
import { limitsOf } from "../steps/ask/date.ts";
import type { ChooseStep } from "../steps/choose/choices.ts";
import type { Step } from "../steps/library.ts";
import { START } from "./facets.ts";
import type { Tested } from "./samples.ts";
import { subsets } from "./subsets.ts";

/** A good value for each kind of input, and one that is none. */
const TYPED: { readonly [I in Extract<Screen, { kind: "ask" }>["input"]]: readonly string[] } = {
  text: ["x", ""],
  email: ["a@b.example", "bad"],
  number: ["1", "bad"],
  run: ["11.111.111-1", "bad"],
  phone: ["9 8765 4321", "bad"],
  money: ["1000", "0", "bad"],
  date: ["2030-01-01", "31-04-2029", "bad"],
};

/** What is typed on the page of a commune: one, several that may be meant, and none. */
const COMMUNES_TYPED = ["Valdivia", "San Pedro", "bad"];

/**
 * What a citizen can do on a page: every button, every option, and of what can be typed one that is right, one that is wrong, and those
 * at the limits.
 *
 * @param step the step of the definition to which the page belongs.
 */
export function possibleIntents(
  { screen, intents, mode }: JourneyView,
  tested: Tested,
  step: Step | undefined,
): Intent[] {
  if (mode === "busy") return [];
  return intents.flatMap((type): Intent[] => {
    switch (type) {
      case "SELECT":
        if (screen.kind === "choose") return screen.options.map(({ id }) => ({ type, option: id }));
        return screen.kind === "survey" ? [{ type, option: String(screen.scale.to) }] : [];
      case "CHOOSE":
        return screen.kind === "choose-many" && step?.kind === "choose"
          ? combinations(
              screen.options.map(({ id }) => id),
              step,
              tested,
            ).map((options) => ({ type, options }))
          : [];
      case "SUBMIT":
        return screen.kind === "ask" ? typed(screen, tested, step).map((value) => ({ type, value })) : [];
      case "CHANGE":
        return screen.kind === "review"
          ? screen.rows.filter(({ changeable }) => changeable).map(({ id }) => ({ type, row: id }))
          : [];
      case "REMOVE":
        return screen.kind === "scan-pages" ? screen.pages.slice(0, 1).map(({ id }) => ({ type, page: id })) : [];
      case "SET_LOCALE":
      case "OPEN_SERVICE":
        return [];
      default:
        return [{ type }];
    }
  });
}

/** Answers that are typed: samples, those at the limits, and those that conditions name. */
function typed(screen: Extract<Screen, { kind: "ask" }>, tested: Tested, step: Step | undefined): string[] {
  if (step?.kind !== "ask") return [...TYPED[screen.input]];
  if (step.input === "address") {
    if (screen.title.id.endsWith("commune-title")) return [...COMMUNES_TYPED, ...communesNamed(tested)];
    return [...TYPED[screen.input], ...texts(tested.get(`value.${lastPart(screen.title.id)}`))];
  }
  return [...new Set([...TYPED[screen.input], ...limits(step), ...texts(tested.get("value"))])];
}

/** The days and numbers just inside and just outside of the limits of a question. */
function limits(step: Extract<Step, { kind: "ask" }>): string[] {
  if (step.input === "date") {
    const { from, to } = limitsOf(step, START);
    return [dayAfter(from, -1), from, to, dayAfter(to, 1)];
  }
  if (step.input !== "number" && step.input !== "money") return [];
  const near = [step.from, step.to].flatMap((limit) => (limit === undefined ? [] : [limit - 1, limit, limit + 1]));
  return near.filter((value) => value >= 0).map(String);
}

/** The part of an address that a page asks for: `street` on the first, whose title is the service's. */
function lastPart(title: string): string {
  return /ask\.address\.(\w+)-title$/.exec(title)?.[1] ?? "street";
}

function communesNamed(tested: Tested): string[] {
  const [codes, names] = [tested.get("value.commune.code") ?? [], texts(tested.get("value.commune.name"))];
  return [...COMMUNES.filter(({ code }) => codes.includes(code)).map(({ name }) => name), ...names];
}

/** Answers that conditions name, as they are typed. */
function texts(values: readonly Json[] = []): string[] {
  return values.filter((value) => typeof value === "string" || typeof value === "number").map(String);
}

/**
 * Of all choices of several those that a journey can tell apart: of the fewest, one more and the most, too few and too many, of each
 * number that conditions name, with and without each option that they name.
 */
function combinations(all: readonly string[], { many }: ChooseStep, tested: Tested): string[][] {
  const { min, max } = many ?? { min: 1, max: 1 };
  const compared = tested.get("ids") ?? [];
  const named = all.filter((id) => compared.includes(id));
  const others = all.filter((id) => !named.includes(id));
  const counts = [min - 1, min, min + 1, max, max + 1, ...compared.filter((value) => typeof value === "number")];
  const sets = subsets(named).flatMap((chosen) =>
    counts
      .filter((count) => count >= chosen.length && count <= all.length)
      .map((count) => [...chosen, ...others.slice(0, count - chosen.length)])
      .filter(({ length }) => counts.includes(length)),
  );
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()];
}
