import { isDeepStrictEqual } from "node:util";
import * as ledgers from "../../flows/checker/ledger.ts";
import { liveness } from "../../flows/checker/liveness.ts";
import type { Walk } from "../../flows/checker/walk.ts";
import type { CompiledService } from "../../flows/compiler/compiled.ts";
import { type Checker, checkerWith } from "./load.ts";
import { type Question, questions } from "./questions.ts";

/** A walk, and every question that it put to `noteCall`. Those to `noteMove` are in its places. */
export type Heard = { readonly walk: Walk; readonly calls: readonly Question[] };

/** The checker's own ledger, that says what it is asked. */
const LISTENING = `
  import * as own from "./ledger.ts?own";
  import { hear } from ${JSON.stringify(import.meta.resolve("./questions.ts"))};
  export * from "./ledger.ts?own";
  export function noteCall(ledger, call) {
    hear(ledger, call);
    return own.noteCall(ledger, call);
  }`;
const listening = await checkerWith("ledger.ts", LISTENING);

/** Walks through `service` with the checker as it is, and hears what the ledger is asked on the way. */
export function heardWalk(service: CompiledService): Heard {
  questions.clear();
  const walk = listening.walk(service);
  return { walk, calls: [...questions.values()] };
}

/**
 * Whether a mutant of `ledger.ts` or of `liveness.ts` answers all that a walk asks as the file itself does: then its own walk would be the
 * same, and need not be made.
 */
export function walksAlike({ walk: { service, places }, calls }: Heard, mutant: Checker): boolean {
  const { definition, machine } = service;
  try {
    const [own, others] = [liveness(service), mutant.liveness(service)];
    return (
      isAlike(ledgers.NOTHING_YET, mutant.NOTHING_YET) &&
      calls.every(([ledger, call]) => isAlike(ledgers.noteCall(ledger, call), mutant.noteCall(ledger, call))) &&
      places.every((place) =>
        place.on.every(({ move }) =>
          isAlike(ledgers.noteMove(definition, place, move), mutant.noteMove(definition, place, move)),
        ),
      ) &&
      Object.keys(machine.root.states).every((step) => isDeepStrictEqual(own(step), others(step)))
    );
  } catch {
    return false;
  }
}

/** By what tells two states of a walk apart: their JSON. */
function isAlike(one: ledgers.Ledger, other: ledgers.Ledger): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
