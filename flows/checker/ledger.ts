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
  /** A document was issued, or may have been. */
  readonly issued: boolean;
  /** Papers of the document that came out, or that the citizen says are there, while others are still missing. */
  readonly papers: readonly string[];
  /** The citizen has the document: all its papers, or it was sent to their phone or mailbox. */
  readonly inHand: boolean;
  /** The number of the request that waits for the network. */
  readonly waiting: string | null;
  /** The citizen has seen or holds what they came for without paying: their turn, or where their case stands. */
  readonly served: boolean;
  /** Effects by which a place in a queue or an hour was taken, or may have been. */
  readonly turns: readonly string[];
  /** A second place was asked for although the citizen has one or may have one. */
  readonly turnTakenTwice: boolean;
  /** What was signed; `handed`: and the citizen has its receipt. */
  readonly signed: "no" | "doubt" | "yes" | "handed";
  /** The effect by which it was signed, or may have been. */
  readonly signing: string | null;
  /** A second signature was begun in one step although the first stands, or may stand. */
  readonly signedTwice: boolean;
  /** The person who was identified has proved once more that it is they, and nothing was signed with that proof. */
  readonly proved: boolean;
  /** What was signed last was signed without such a proof. */
  readonly unproved: boolean;
  /** The paragraphs of what they are to sign that the citizen has had before them, by the texts' ids: what answers make of them is the step's. */
  readonly read: readonly string[];
  /** A part of what was signed last was never shown. */
  readonly unread: boolean;
  readonly incident: "none" | "recorded" | "lost";
  readonly consent: boolean;
  /** The operation that was told last who the citizen is before they agreed. */
  readonly unconsented: string | null;
};

export const NOTHING_YET: Ledger = {
  money: "none",
  chargedTwice: false,
  issued: false,
  papers: [],
  inHand: false,
  waiting: null,
  served: false,
  turns: [],
  turnTakenTwice: false,
  signed: "no",
  signing: null,
  signedTwice: false,
  proved: false,
  unproved: false,
  read: [],
  unread: false,
  incident: "none",
  consent: false,
  unconsented: null,
};

/** A call begins. */
export function noteCall(ledger: Ledger, { name, input }: Call): Ledger {
  if (name === "charge" && ledger.money !== "none" && ledger.money !== "returned")
    return { ...ledger, chargedTwice: true };
  return noteTelling(input.operation === "signature.record" ? noteSigning(ledger, input) : ledger, input);
}

/** An institution is told something. */
function noteTelling(ledger: Ledger, input: Call["input"]): Ledger {
  if (ledger.turns.some((other) => isAnother(other, String(input.effect)))) return { ...ledger, turnTakenTwice: true };
  if (ledger.consent || input.operation === "consent.record") return ledger;
  const told = JSON.stringify(input.input ?? null);
  return Object.values(TRACED).some((fact) => told.includes(fact))
    ? { ...ledger, unconsented: String(input.operation) }
    : ledger;
}

/** Something is signed: anew, or again under the name of what is in doubt. */
function noteSigning(ledger: Ledger, { effect, input }: Call["input"]): Ledger {
  const name = String(effect);
  if (ledger.signing === name || ledger.signedTwice) return ledger;
  const { text } = Object(input);
  return {
    ...ledger,
    ...{ signing: name, proved: false },
    signedTwice: ledger.signing !== null && isAnother(name, ledger.signing),
    unproved: !ledger.proved,
    unread: text.length > ledger.read.length,
  };
}

/** Whether the operation gives the citizen a place that somebody else then does not have. */
function takesTurn(operation: unknown): boolean {
  return operation === "attention.turn.take" || operation === "attention.appointment.book";
}

/** Whether two effects are attempts at the same thing under different names. */
function isAnother(effect: string, other: string): boolean {
  const base = (name: string) => name.replace(/-\d+$/, "");
  return effect !== other && base(effect) === base(other);
}

/** Something happens in `place`. */
export function noteMove(definition: Definition, place: Place, move: Move): Ledger {
  const { ledger } = place;
  switch (move.by) {
    case "citizen":
      return noteCitizen(definition, { ...place, ledger: noteRead(place) }, move.intent.type);
    case "leaving":
    case "news":
      return ledger;
    case "deadline":
      return move.call === undefined ? ledger : noteEnd(definition, place, move.call, "unknown");
    case "port":
      return noteEnd(definition, place, move.call, move.answer.meaning, move.answer.output);
  }
}

/** The page that the citizen answers has been before their eyes. */
function noteRead({ ledger, view: { screen } }: Place): Ledger {
  if (screen.kind !== "sign") return ledger;
  return { ...ledger, read: [...new Set([...ledger.read, ...screen.body.map(({ id }) => id)])].sort() };
}

/** Only the citizen can see whether an unconfirmed paper is there, and whether the phone has taken the link. */
function noteCitizen(definition: Definition, place: Place, intent: string): Ledger {
  const { ledger, view, leaf, snapshot } = place;
  const { kind } = view.screen;
  const step = kindAt(definition, place);
  if (intent !== "CONTINUE") return ledger;
  if (kind === "turn" || kind === "status") return { ...ledger, served: true };
  if (kind === "hand-off") return step === "issue" || step === "sign" ? inHand(ledger) : ledger;
  if (leaf !== "checking") return ledger;
  if (step === "sign") return inHand(ledger);
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
      // What the citizen holds already is not what they pay for.
      if (meaning === "approved") return { ...ledger, money: "taken", inHand: false };
      return meaning === "declined" || meaning === "error" || ledger.money === "taken"
        ? ledger
        : { ...ledger, money: "doubt" };
    case "refund":
      return meaning === "ok" ? { ...ledger, money: "returned" } : ledger;
    case "print": {
      if (String(input.effect).startsWith("print-turn-"))
        return meaning === "ok" ? { ...ledger, served: true } : ledger;
      if (kindAt(definition, place) === "sign") return meaning === "ok" ? inHand(ledger) : ledger;
      const papers = papersOf(definition, place);
      const printed = papers.find(({ name }) => input.effect === `print-${name}-1`);
      return meaning === "ok" && printed !== undefined ? withPaper(ledger, papers, printed.name) : ledger;
    }
    case "readChip":
    case "logInByPhone":
      return kindAt(definition, place) === "sign" && isTraced(output) ? { ...ledger, proved: true } : ledger;
    case "submit":
      if (input.operation === "signature.record") return noteSigned(ledger, meaning, output);
      return noteSubmission(
        noteTurn(ledger, input, meaning),
        input,
        meaning,
        output,
        kindAt(definition, place) === "request",
      );
    case "incident":
      return { ...ledger, incident: meaning === "ok" ? "recorded" : "lost" };
    default:
      return ledger;
  }
}

/** Whether a chip or a login has shown that it is the person whom the proofs follow; one that failed shows nobody. */
function isTraced(output: unknown): boolean {
  const { run, runs, genuine, expired } = Object(Reflect.get(Object(output), "value"));
  return run === TRACED.run || (genuine === true && expired === false && runs.includes(TRACED.run));
}

function noteSigned(ledger: Ledger, meaning: string, output: unknown): Ledger {
  const done = meaning === "ok" && Reflect.get(Object(output), "value") !== null;
  if (done) return { ...ledger, signed: "yes", read: [] };
  return meaning === "error" ? { ...ledger, signed: "no", signing: null } : { ...ledger, signed: "doubt" };
}

type Paper = Extract<Definition["steps"][number], { kind: "issue" }>["prints"][number];

function papersOf({ steps }: Definition, { step }: Place): readonly Paper[] {
  const issuing = steps.find(({ id }) => id === step);
  return issuing?.kind === "issue" ? issuing.prints : [];
}

/** Whether the effect by which a turn was asked for has one, or may have one. */
function noteTurn(ledger: Ledger, { operation, effect }: Call["input"], meaning: string): Ledger {
  if (!takesTurn(operation) || ledger.turnTakenTwice) return ledger;
  const others = ledger.turns.filter((name) => name !== effect);
  return { ...ledger, turns: meaning === "error" ? others : [...others, String(effect)] };
}

/** Operations that issue no document. */
const NO_DOCUMENT = /^(delivery\.link|survey\.|attention\.|cases\.|hand-off\.)/;

function kindAt({ steps }: Definition, { step }: Place): string | undefined {
  return steps.find(({ id }) => id === step)?.kind;
}

/** @param request whether it is what the citizen came for: with its number in hand they have it. */
function noteSubmission(
  ledger: Ledger,
  call: Call["input"],
  meaning: string,
  output: unknown,
  request: boolean,
): Ledger {
  const operation = String(call.operation);
  const value: unknown = Reflect.get(Object(output), "value");
  const waits = meaning === "waiting";
  const done = waits || (meaning === "ok" && value !== null);
  if (operation === "consent.record")
    return done && Reflect.get(Object(call.input), "given") === true ? { ...ledger, consent: true } : ledger;
  if (operation === "delivery.email" || operation === "delivery.sms") return done ? inHand(ledger) : ledger;
  if (NO_DOCUMENT.test(operation)) return ledger;
  if (request && done)
    return {
      ...inHand(ledger),
      waiting: waits ? String(Reflect.get(Object(value), "reference")) : null,
    };
  return meaning === "error" ? ledger : { ...ledger, issued: true };
}

function withPaper(ledger: Ledger, papers: readonly Paper[], name: string): Ledger {
  const there = new Set([...ledger.papers, name]);
  const needed = papers.filter(({ extra }) => !extra).map((paper) => paper.name);
  if (needed.every((paper) => there.has(paper))) return inHand(ledger);
  return { ...ledger, papers: needed.filter((paper) => there.has(paper)) };
}

function inHand(ledger: Ledger): Ledger {
  return { ...ledger, papers: [], inHand: true, signed: ledger.signed === "yes" ? "handed" : ledger.signed };
}
