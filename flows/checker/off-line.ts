import { told } from "../../base/told.ts";
import type { JourneyCall } from "../engine/journey.ts";
import { leadingTo, reachedBy } from "./leading.ts";
import { type PlaceRule, type Refusal, refusedAt, type Subject } from "./proof.ts";
import type { Move, Place } from "./walk.ts";

/**
 * A service that is said to work off line does: with the network away, whatever else happens, every page can still be led on to an end at
 * which the citizen's request waits. A look-up or a payment on the way refuses it.
 */
export function worksOffLine(subject: Subject): Refusal[] {
  const { walk } = subject;
  const { definition } = walk.service;
  if (!definition["off-line"]) return [];
  const leads = leadingTo(walk, requestWaits, happensOffLine);
  const stuck = [...reachedBy(walk, happensOffLine)].find(
    (place) => place.view.mode === "citizen" && !leads.has(place),
  );
  if (stuck === undefined) return [];
  const problem = told(
    `off line, "${stuck.step}" leads to no end at which the request waits`,
    `sin red, "${stuck.step}" no lleva a ningún final en que la solicitud quede en espera`,
  );
  const remedy = told(
    "Let the steps that submit wait (off-line: wait), and none look up or charge; or do not say that the service works off line.",
    "Que los pasos que envían esperen (off-line: wait) y ninguno consulte ni cobre; o no diga que el servicio funciona sin red.",
  );
  return [refusedAt(subject, "ends.off-line-stuck", stuck, problem, remedy)];
}

/** A last page: whoever walks away comes to none. */
function requestWaits({ view, snapshot }: Place): boolean {
  return view.mode === "finished" && snapshot.context.ending?.result === "waiting";
}

const NEED_NETWORK: readonly JourneyCall[] = ["logInByPhone", "verifyFinger", "lookUp", "submit", "charge", "refund"];

/** Institutions answer nothing, terminals reach no bank; all else is as ever. */
function happensOffLine(move: Move): boolean {
  if (move.by !== "port") return true;
  const { name, input } = move.call;
  const { meaning } = move.answer;
  if (input.mayWait === true) return meaning === "waiting";
  return !NEED_NETWORK.includes(name) || !["ok", "approved"].includes(meaning);
}

/** Whether the text `waiting` of a step stands on the page. */
function saysWaiting(screen: Place["view"]["screen"]): boolean {
  return /"id":"[^"]*\.waiting(\.\d+)?"/.test(JSON.stringify(screen));
}

/** Where something waits, paper and last page say so, with the number by which it is found. */
export const WAITING_RULES: readonly PlaceRule[] = [
  {
    rule: "texts.waiting-untold",
    broken: ({ view: { screen, mode }, ledger: { waiting } }) =>
      mode === "finished" && waiting !== null && !(saysWaiting(screen) && JSON.stringify(screen).includes(waiting)),
    problem: () =>
      told(
        "the last page does not say what waits for the network, and under which number",
        "la última página no dice qué queda esperando la red, ni con qué número",
      ),
    remedy: told(
      "Give the finish step the text waiting, and as reference the number that the request step brings.",
      "Dé al paso finish el texto waiting, y como reference el número que trae el paso request.",
    ),
  },
  {
    rule: "texts.waiting-paper",
    broken: ({ call, ledger }) =>
      call?.name === "print" &&
      ledger.waiting !== null &&
      !JSON.stringify([call.input.document]).includes(ledger.waiting),
    problem: () =>
      told(
        "the paper does not have the number of what waits for the network",
        "el papel no lleva el número de lo que queda esperando la red",
      ),
    remedy: told(
      "Print the number that the request step brings, {{<step>.reference}}.",
      "Imprima el número que trae el paso request: {{<paso>.reference}}.",
    ),
  },
];
