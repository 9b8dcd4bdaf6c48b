import type { IncidentRecord, JourneyResult } from "../../../flows/engine/ports.ts";
import type { Effect } from "../journal/effect.ts";
import type { Incident } from "../journal/incidents.ts";
import { PAGES } from "./pages.ts";
import { annulmentOf, deliversPayment } from "./submit.ts";

/** What the journal knows of a journey that nobody stands before any more. */
export type Case = {
  /** `null`: the runtime died under it. */
  readonly result: JourneyResult | null;
  readonly effects: readonly Effect[];
  readonly incidents: readonly Incident[];
  /** Keys of effects that were asked about and that nobody can tell. */
  readonly exhausted: ReadonlySet<string>;
};

/** One thing to do before a journey is settled. */
export type Step =
  /** It never left: `intended` is durable before, and `sent` is durable before the first byte. */
  | { readonly do: "drop"; readonly effect: Effect }
  /** It left, and nothing can be asked about it. */
  | { readonly do: "doubt"; readonly effect: Effect }
  | { readonly do: "ask-terminal"; readonly effect: Effect }
  | { readonly do: "ask-printer"; readonly effect: Effect }
  | { readonly do: "ask-gateway"; readonly effect: Effect }
  | { readonly do: "refund"; readonly effect: Effect }
  | { readonly do: "record"; readonly incident: IncidentRecord };

/**
 * What is still to be done for a journey; nothing when it can be settled. Pure: questions come first, then money, then
 * paper, and each answer is written to the journal before this is asked again.
 */
export function assess(state: Case): Step[] {
  const { effects } = state;
  const unfinished = effects.flatMap<Step>((effect) => {
    if (effect.state === "intended") return [{ do: "drop", effect }];
    if (effect.state === "sent" && (effect.kind === "refund" || (effect.kind === "print" && !isPages(effect))))
      return [{ do: "doubt", effect }];
    return [];
  });
  if (unfinished.length > 0) return unfinished;
  const questions = effects.flatMap((effect) => question(effect, state));
  if (questions.length > 0) return questions;
  const money = effects.flatMap((effect) => (isApproved(effect) ? moneyStep(effect, state) : []));
  const doubts = effects.flatMap((effect) => chargeInDoubt(effect, state));
  if (money.length + doubts.length > 0) return [...money, ...doubts];
  const signatures = effects.flatMap((effect) => (isSignature(effect) ? signatureStep(effect, state) : []));
  return signatures.length > 0 ? signatures : paperSteps(state);
}

/** Whether the terminal's memory of a sale of this journey is still needed: no other sale may be made meanwhile. */
export function needsTerminal(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.kind === "charge" && (isOpen(effect) || isApproved(effect)));
}

function question(effect: Effect, { exhausted }: Case): Step[] {
  if (!isOpen(effect) || exhausted.has(effect.key)) return [];
  if (effect.kind === "charge") return [{ do: "ask-terminal", effect }];
  if (isPages(effect)) return [{ do: "ask-printer", effect }];
  if (effect.kind === "submit" && (concernsPayment(effect) || isSignature(effect)))
    return [{ do: "ask-gateway", effect }];
  return [];
}

function moneyStep(charge: Effect, state: Case): Step[] {
  const refunds = state.effects.filter(({ kind, operation }) => kind === "refund" && operation === charge.key);
  if (refunds.some(({ state: end }) => end === "done")) return [];
  const unsettled = (kind: IncidentRecord["kind"]): Step[] => recordOnce(state, kind, charge);
  // The citizen holds an incident's number: a person settles the money, and nothing else may move it.
  if (state.incidents.some(({ recordedBy }) => recordedBy === "journey")) return [];
  if (refunds.some(({ state: end }) => end === "unknown")) return unsettled("refund-unknown");
  const delivered = delivery(state);
  if (delivered === "yes") return [];
  if (delivered === "doubt") return unsettled("delivery-unknown");
  return refunds.length === 0 ? [{ do: "refund", effect: charge }] : unsettled("paid-not-delivered");
}

function chargeInDoubt(effect: Effect, state: Case): Step[] {
  return effect.kind === "charge" && isOpen(effect) ? recordOnce(state, "payment-unknown", effect) : [];
}

/** What is signed, or may be, without a receipt in the citizen's hand is known to a person. A journey that saw its end knows best. */
function signatureStep(effect: Effect, state: Case): Step[] {
  const { result, effects } = state;
  if (result !== null && result !== "abandoned") return [];
  if (isOpen(effect)) return recordOnce(state, "signature-unknown", effect);
  if (effect.state !== "done" || handedOff(effects)) return [];
  const receipt = prints(effects).find(({ name }) => name.startsWith("print-signature-"));
  return receipt?.state === "done" ? [] : recordOnce(state, "delivery-unknown", effect);
}

/** An incident names its effects; one that is named is not recorded a second time under another kind. */
function recordOnce({ incidents }: Case, kind: IncidentRecord["kind"], effect: Effect): Step[] {
  const known = incidents.some(({ recordedBy, effects }) => recordedBy === "journey" || effects.includes(effect.name));
  if (known) return [];
  const { amount, name } = effect;
  return [{ do: "record", incident: { kind, effects: [name], ...(amount === null ? {} : { amount }) } }];
}

/** Whether the citizen got what was paid for. A journey that ended in good order knows best. */
function delivery({ result, effects }: Case): "yes" | "no" | "doubt" {
  if (result === "delivered") return "yes";
  const issues = effects.filter(({ kind, operation }) => kind === "submit" && deliversPayment(operation ?? ""));
  const evidence = issues.length > 0 ? issues.filter((issue) => !isAnnulled(issue, effects)) : prints(effects);
  if (evidence.some(({ state }) => state === "done")) return "yes";
  return evidence.some(({ state }) => state === "unknown" || state === "sent") ? "doubt" : "no";
}

/** Paper matters only where the journey did not see its end itself. */
function paperSteps(state: Case): Step[] {
  const { result, effects, incidents } = state;
  if (result !== null && result !== "abandoned") return [];
  const charge = effects.find(isApproved);
  if (incidents.length > 0 || handedOff(effects)) return [];
  if (charge !== undefined && delivery(state) !== "yes") return [];
  const doubtful = prints(effects).find(({ state: end }) => end === "unknown");
  const amount = charge?.amount ?? null;
  const money = amount === null ? {} : { amount };
  if (doubtful !== undefined)
    return [{ do: "record", incident: { kind: "delivery-unknown", effects: [doubtful.name], ...money } }];
  const papers = prints(effects);
  if (charge === undefined || (papers.length > 0 && papers.every(({ state: end }) => end === "done"))) return [];
  return [{ do: "record", incident: { kind: "paid-not-delivered", effects: [charge.name], ...money } }];
}

function handedOff(effects: readonly Effect[]): boolean {
  return effects.some(
    ({ kind, operation, state }) => kind === "submit" && operation?.startsWith("delivery.") && state === "done",
  );
}

/** The last attempt at each paper: `print-bono-2` stands for `print-bono-1` too. */
function prints(effects: readonly Effect[]): Effect[] {
  const last = new Map<string, Effect>();
  for (const effect of effects) if (effect.kind === "print") last.set(effect.name.replace(/-\d+$/, ""), effect);
  return [...last.values()];
}

function isAnnulled(issue: Effect, effects: readonly Effect[]): boolean {
  const annulment = annulmentOf(issue.operation ?? "");
  return effects.some(
    ({ operation, state }) => operation === annulment && operation !== issue.operation && state === "done",
  );
}

function concernsPayment({ operation }: Effect): boolean {
  return operation !== null && (deliversPayment(operation) || operation.endsWith(".annul"));
}

function isSignature({ operation }: Effect): boolean {
  return operation === "signature.record";
}

function isPages({ kind, operation }: Effect): boolean {
  return kind === "print" && operation === PAGES;
}

function isOpen({ state }: Effect): boolean {
  return state === "sent" || state === "unknown";
}

function isApproved({ kind, state, detail }: Effect): boolean {
  return kind === "charge" && state === "done" && detail === "approved";
}
