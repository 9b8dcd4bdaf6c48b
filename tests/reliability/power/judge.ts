import type { ChargeSeen } from "../../support/kiosk-stack.ts";
import type { Autopsy } from "./image.ts";

/** What terminal, institutions and gateway say, which keep their power. */
export type Outside = {
  readonly charges: readonly ChargeSeen[];
  /** Ticket of the sale that the terminal is at. */
  readonly sale: string | undefined;
  readonly bonos: { readonly issued: number; readonly annulled: number };
  readonly certificates: number;
  /** Keys of all submissions that reached the gateway, and their states. */
  readonly submissions: ReadonlyMap<string, string>;
  readonly incidents: readonly string[];
  readonly papers: number;
};

/** Tickets and keys that belong to a disk which the kiosk no longer has. */
export type Forgotten = ReadonlySet<string>;

const SETTLED_STATES = ["done", "failed"];

/**
 * What a disk must hold when the power has gone: itself whole, and everything that anybody outside has heard of, at least as `sent`, because it was on
 * disk before the first byte left; and all that was durable before.
 */
export function wrongOnDisk(
  disk: Autopsy,
  outside: Outside,
  before: Autopsy | undefined,
  forgotten: Forgotten,
): string[] {
  const wrong = [...disk.faults];
  const acted = new Set([
    ...disk.effects.filter(({ state }) => state !== "intended").flatMap(({ key, ticket }) => [key, ticket]),
    // Under which an incident reaches the gateway.
    ...disk.incidents.map(({ journey, number }) => `${journey}/${number}`),
  ]);
  const tickets = [
    ...outside.charges.map(({ ticket }) => ticket),
    ...(outside.sale === undefined ? [] : [outside.sale]),
  ];
  for (const ticket of new Set(tickets))
    if (!acted.has(ticket) && !forgotten.has(ticket))
      wrong.push(`the terminal has seen ticket ${ticket}, and the journal knows of no sale`);
  for (const key of outside.submissions.keys())
    if (!acted.has(key) && !forgotten.has(key))
      wrong.push(`the gateway has seen ${key}, and the journal knows of no submission`);
  if (before !== undefined) wrong.push(...lost(before, disk, outside.incidents));
  return wrong;
}

function lost(before: Autopsy, disk: Autopsy, delivered: readonly string[]): string[] {
  const effects = new Map(disk.effects.map(({ key, state }) => [key, state]));
  const journeys = new Map(disk.journeys.map((journey) => [journey.id, journey]));
  const incidents = new Set(disk.incidents.map(({ number }) => number));
  return [
    ...(before.configured && !disk.configured ? ["the configuration has gone"] : []),
    ...before.effects
      .filter(
        ({ key, state }) =>
          effects.get(key) === undefined || (SETTLED_STATES.includes(state) && effects.get(key) !== state),
      )
      .map(({ key, state }) => `${key} was ${state} on disk, and is ${effects.get(key) ?? "gone"}`),
    ...before.journeys
      .filter(({ id, settled_at }) => settled_at !== null && (journeys.get(id)?.settled_at ?? null) === null)
      .map(({ id }) => `journey ${id} was settled, and is not any more`),
    ...before.incidents
      .filter(({ number }) => !incidents.has(number) && !delivered.includes(number))
      .map(({ number }) => `incident ${number} has gone`),
  ];
}

/** How a journey came out, when all that it left is settled. */
export type Balance = {
  /** Charges that were made and not reversed. */
  readonly taken: number;
  readonly issued: number;
  readonly annulled: number;
  /** The printer confirmed a paper. */
  readonly printed: boolean;
  readonly papers: number;
  /** Kinds of what was recorded for a person. */
  readonly incidents: readonly string[];
};

/** @param before as outside stood before the journey. @param journey its id; absent: nothing of it came to the disk. */
export function balanceOf(before: Outside, after: Outside, disk: Autopsy, journey: string | undefined): Balance {
  const kept = after.charges.slice(before.charges.length).filter(({ moneyMoved, reversed }) => moneyMoved && !reversed);
  return {
    taken: kept.length,
    issued: after.bonos.issued - before.bonos.issued + after.certificates - before.certificates,
    annulled: after.bonos.annulled - before.bonos.annulled,
    printed: disk.effects.some(
      (effect) => effect.journey === journey && effect.kind === "print" && effect.state === "done",
    ),
    papers: after.papers - before.papers,
    incidents: disk.incidents.filter((incident) => incident.journey === journey).map(({ kind }) => kind),
  };
}

/** What does not balance after a journey has been settled. @param paid whether the service costs something. */
export function imbalances({ taken, issued, annulled, printed, papers, incidents }: Balance, paid: boolean): string[] {
  const valid = issued - annulled;
  const told = incidents.length > 0;
  const wrong: string[] = [];
  if (taken > 1) wrong.push(`one citizen paid ${taken} times`);
  if (issued > 1) wrong.push(`issued ${issued} times for one citizen`);
  if (paid && taken > 0 && valid === 0 && !told) wrong.push("money was kept, nothing issued, and nobody told");
  if (paid && taken === 0 && valid > 0 && !told) wrong.push("a bono is valid that was not paid, and nobody told");
  if (paid && taken > 0 && valid > 0 && !printed && !told)
    wrong.push("paid and issued, not delivered, and nobody told");
  if (printed && papers === 0) wrong.push("counted as printed, and no paper came out");
  return wrong;
}

/** What must hold of all journeys together, whenever everything is settled. */
export function wrongInAll(outside: Outside, disk: Autopsy): string[] {
  const moved = outside.charges.filter(({ moneyMoved }) => moneyMoved).map(({ ticket }) => ticket);
  const wrong = new Set(moved).size === moved.length ? [] : ["a ticket was charged twice"];
  for (const { key, kind, state } of disk.effects)
    if (kind === "submit" && state === "done" && outside.submissions.get(key) !== "done")
      wrong.push(`${key} counts as done, and is ${outside.submissions.get(key) ?? "not known"} at the gateway`);
  for (const { number } of disk.incidents)
    if (!outside.incidents.includes(number)) wrong.push(`incident ${number} did not reach the gateway`);
  return wrong;
}
