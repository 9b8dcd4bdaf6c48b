import type { Definition } from "../compiler/definition.ts";
import { TRACED } from "./answers.ts";
import type { Call } from "./position.ts";
import type { Move, Place } from "./walk.ts";

/**
 * What has truly happened to money, paper and data on a way, told from what ports answered and citizens said, and never
 * from what the machine believes: the proofs hold the one against the other.
 */
export type Ledger = {
  readonly money: "none" | "taken" | "doubt" | "returned";
  /** A charge was begun although money had been taken or might have been. */
  readonly chargedTwice: boolean;
  readonly issued: "no" | "yes" | "doubt";
  /** Papers of the document that came out, or that the citizen says are there, while others are still missing. */
  readonly papers: readonly string[];
  /** The citizen has the document: all its papers, or it was sent to their phone or mailbox. */
  readonly inHand: boolean;
  readonly incident: "none" | "recorded" | "lost";
  readonly consent: boolean;
  /** The first operation that was told who the citizen is before they agreed. */
  readonly unconsented: string | null;
};

export const NOTHING_YET: Ledger = {
  money: "none",
  chargedTwice: false,
  issued: "no",
  papers: [],
  inHand: false,
  incident: "none",
  consent: false,
  unconsented: null,
};

/** A call begins. */
export function noteCall(ledger: Ledger, { name, input }: Call): Ledger {
  if (name === "charge" && ledger.money !== "none" && ledger.money !== "returned")
    return { ...ledger, chargedTwice: true };
  if (name !== "lookUp" && name !== "submit") return ledger;
  if (ledger.consent || ledger.unconsented !== null || input.operation === "consent.record") return ledger;
  const told = JSON.stringify(input.input ?? null);
  return Object.values(TRACED).some((fact) => told.includes(fact))
    ? { ...ledger, unconsented: String(input.operation) }
    : ledger;
}

/** Something happens in `place`. */
export function noteMove(definition: Definition, place: Place, move: Move): Ledger {
  const { ledger } = place;
  switch (move.by) {
    case "citizen":
      return noteCitizen(definition, place, move.intent.type);
    case "leaving":
    case "card":
      return ledger;
    case "deadline":
      return move.call === undefined ? ledger : noteEnd(definition, place, move.call, "unknown");
    case "port":
      return noteEnd(definition, place, move.call, move.answer.meaning, move.answer.output);
  }
}

/** Only the citizen can see whether an unconfirmed paper is there, and whether the phone has taken the link. */
function noteCitizen(definition: Definition, place: Place, intent: string): Ledger {
  const { ledger, view, leaf, snapshot } = place;
  if (intent !== "CONTINUE") return ledger;
  if (view.screen.kind === "hand-off") return inHand(ledger);
  if (leaf !== "checking") return ledger;
  const papers = papersOf(definition, place);
  const there = papers.filter((_, index) => snapshot.context.prints[index] === "unconfirmed");
  return there.reduce((noted, { name }) => withPaper(noted, papers, name), ledger);
}

function noteEnd(
  definition: Definition,
  place: Place,
  { name, input }: Call,
  meaning: string,
  output?: unknown,
): Ledger {
  const { ledger } = place;
  switch (name) {
    case "charge":
      if (meaning === "approved") return { ...ledger, money: "taken" };
      return meaning === "declined" || meaning === "error" || ledger.money === "taken"
        ? ledger
        : { ...ledger, money: "doubt" };
    case "refund":
      return meaning === "ok" ? { ...ledger, money: "returned" } : ledger;
    case "print": {
      const papers = papersOf(definition, place);
      const printed = papers.find(({ name }) => input.effect === `print-${name}-1`);
      return meaning === "ok" && printed !== undefined ? withPaper(ledger, papers, printed.name) : ledger;
    }
    case "submit":
      return noteSubmission(ledger, String(input.operation), input.input, meaning, output);
    case "incident":
      return { ...ledger, incident: meaning === "ok" ? "recorded" : "lost" };
    default:
      return ledger;
  }
}

type Paper = Extract<Definition["steps"][number], { kind: "issue" }>["prints"][number];

function papersOf({ steps }: Definition, { step }: Place): readonly Paper[] {
  const issuing = steps.find(({ id }) => id === step);
  return issuing?.kind === "issue" ? issuing.prints : [];
}

function noteSubmission(ledger: Ledger, operation: string, input: unknown, meaning: string, output: unknown): Ledger {
  const value: unknown = Reflect.get(Object(output), "value");
  const done = meaning === "ok" && value !== null;
  if (operation === "consent.record")
    return done && Reflect.get(Object(input), "given") === true ? { ...ledger, consent: true } : ledger;
  if (operation === "delivery.email") return done ? inHand(ledger) : ledger;
  if (operation === "delivery.link" || operation === "survey.record") return ledger;
  return { ...ledger, issued: done ? "yes" : meaning === "error" ? ledger.issued : "doubt" };
}

function withPaper(ledger: Ledger, papers: readonly Paper[], name: string): Ledger {
  const there = new Set([...ledger.papers, name]);
  const needed = papers.filter(({ extra }) => !extra).map((paper) => paper.name);
  if (needed.every((paper) => there.has(paper))) return inHand(ledger);
  return { ...ledger, papers: needed.filter((paper) => there.has(paper)) };
}

function inHand(ledger: Ledger): Ledger {
  return { ...ledger, papers: [], inHand: true };
}
