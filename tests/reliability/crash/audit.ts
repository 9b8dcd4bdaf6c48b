import { join } from "node:path";
import Database from "better-sqlite3";
import type { Charge } from "../../../simulators/payment-terminal/ledger.ts";
import type { EffectSeen, JournalSeen } from "../kiosk/journal-copy.ts";
import type { Lane } from "../kiosk/lane.ts";
import { BOOKS, type Entry } from "./books.ts";

/** How much had happened before a case: what comes after it is the case's. */
export type Before = {
  readonly charges: number;
  readonly papers: number;
  readonly journeys: ReadonlySet<string>;
};

/** What one case moved, by everybody's own books. Pesos, and counts. */
export type Sums = {
  charged: number;
  givenBack: number;
  delivered: number;
  underIncident: number;
  charges: number;
  refunds: number;
  issued: number;
  annulled: number;
  papers: number;
  incidents: number;
  submissions: number;
  /** Turns, complaints and requests in the institutions' books. */
  received: number;
  /** Submissions that waited on the kiosk. */
  waited: number;
};

export type Audit = { readonly sums: Sums; readonly faults: readonly string[]; readonly end: string };

export const NOTHING: Sums = {
  ...{ charged: 0, givenBack: 0, delivered: 0, underIncident: 0, charges: 0, refunds: 0 },
  ...{ issued: 0, annulled: 0, papers: 0, incidents: 0, submissions: 0, received: 0, waited: 0 },
};

export function takeStock(lane: Lane): Before {
  return {
    charges: lane.terminal.terminal.ledger.charges.length,
    papers: lane.printer.tickets.at(-1)?.number ?? 0,
    journeys: new Set(lane.journal().journeys.map(({ id }) => id)),
  };
}

/** Holds the journal against the terminal's ledger, the printer's paper, the gateway's rows and the institutions' books. */
export function audit(lane: Lane, before: Before): Audit {
  const journal = of(lane.journal(), before);
  const charges = lane.terminal.terminal.ledger.charges.slice(before.charges).filter(({ moneyMoved }) => moneyMoved);
  // The strip between a ticket in doubt and the next one has nothing on it.
  const papers = lane.printer.tickets.filter(({ number, text }) => number > before.papers && text.trim() !== "");
  const entries = entriesOf(lane, journal);
  const issues = entries.filter(({ document }) => document);
  const gateway = gatewayOf(lane);
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => holds || faults.push(fault);

  const held = charges.filter(({ reversed }) => !reversed);
  const valid = issues.filter((issue) => issue.valid);
  const sums = { ...NOTHING };
  sums.charges = charges.length;
  sums.charged = total(charges);
  sums.refunds = charges.length - held.length;
  sums.givenBack = sums.charged - total(held);
  sums.issued = issues.length;
  sums.annulled = issues.length - valid.length;
  sums.papers = papers.length;
  sums.incidents = journal.incidents.length;
  sums.received = entries.length - issues.length;
  sums.waited = journal.effects.filter(({ operation, detail }) => operation !== null && detail === "delivered").length;

  expect(held.length <= 1, `${held.length} charges stand for one journey`);
  expect(
    new Set(charges.map(({ operationNumber }) => operationNumber)).size === charges.length,
    "one sale charged twice",
  );
  for (const { name } of BOOKS) {
    const standing = entries.filter(({ book, valid }) => book === name && valid);
    expect(standing.length <= 1, `${name}: ${standing.length} entries for one journey`);
  }
  expect(
    charges.length === 0 || journal.effects.some(({ kind }) => kind === "charge"),
    "the terminal charged what the journal does not know",
  );
  for (const { id, settled_at } of journal.journeys) expect(settled_at !== null, `journey ${id} was never settled`);

  const paid = issues.some(({ key }) => effectOf(journal, key)?.operation === "fonasa.bono.issue");
  const handed = journal.effects.some(
    ({ kind, state, operation }) => kind === "submit" && state === "done" && operation?.startsWith("delivery."),
  );
  const onPaper = valid.some(({ folio }) => papers.some(({ text }) => text.includes(folio)));
  const delivered = valid.length > 0 && (onPaper || handed);
  const known = journal.incidents.length > 0;
  if (held.length > 0) {
    expect(delivered || known, `${total(held)} pesos taken: not delivered, not given back, and nobody knows`);
    if (known) sums.underIncident = total(held);
    else sums.delivered = total(held);
  } else
    expect(
      !(paid && valid.length > 0) || known,
      "a document that is paid for was issued for nothing, and nobody knows",
    );

  for (const { number } of journal.incidents)
    expect(
      gateway.incidents.filter((told) => told === number).length === 1,
      `the gateway was not told of ${number} once`,
    );
  for (const effect of journal.effects.filter(({ kind, state }) => kind === "submit" && state === "done")) {
    sums.submissions++;
    expect(gateway.done.has(effect.key), `submission ${effect.key} is done here and not at the gateway`);
    const book = BOOKS.find(({ operation }) => operation === effect.operation);
    const written = entries.filter(({ key }) => effectOf(journal, key) === effect).length;
    expect(
      book === undefined || written === 1,
      `submission ${effect.key} is done here and stands ${written} times in the book ${book?.name}`,
    );
  }
  for (const { key, state } of journal.effects)
    expect(state !== "queued", `submission ${key} still waits, and everything is said to be settled`);
  for (const { key, valid: stands } of entries) {
    const effect = effectOf(journal, key);
    expect(effect !== undefined && effect.state !== "intended", `${key} was issued and is not in the journal`);
    expect(effect?.state !== "failed" || !stands || known, `${key} was issued, and the journal says that it failed`);
  }
  const attempts = journal.effects.filter(({ kind }) => kind === "print");
  expect(papers.length <= attempts.length, `${papers.length} papers came out of ${attempts.length} attempts`);
  const printed = attempts.filter(({ state, detail }) => state === "done" && detail !== "retracted");
  const bases = printed.map(({ journey, name }) => `${journey} ${name.replace(/-\d+$/, "")}`);
  expect(new Set(bases).size === bases.length, "a paper that had come out was printed again");
  return { sums, faults, end: endOf(journal, held.length, delivered, sums.received) };
}

function of(journal: JournalSeen, { journeys }: Before): JournalSeen {
  return {
    journeys: journal.journeys.filter(({ id }) => !journeys.has(id)),
    effects: journal.effects.filter(({ journey }) => !journeys.has(journey)),
    incidents: journal.incidents.filter(({ journey }) => !journeys.has(journey)),
  };
}

function entriesOf(
  { institutions }: Lane,
  journal: JournalSeen,
): (Entry & { readonly book: string; readonly document: boolean })[] {
  return BOOKS.flatMap(({ name, document, entries }) =>
    entries(institutions)
      .filter(({ key }) => journal.journeys.some(({ id }) => key.includes(id)))
      .map((entry) => ({ ...entry, book: name, document })),
  );
}

function effectOf(journal: JournalSeen, key: string): EffectSeen | undefined {
  return journal.effects.find((effect) => key === effect.key || key.endsWith(effect.key));
}

function gatewayOf(lane: Lane): { readonly done: ReadonlySet<string>; readonly incidents: readonly string[] } {
  const database = new Database(join(lane.options.directory, "gateway", "gateway.db"), { readonly: true });
  try {
    const done = database.prepare("SELECT key FROM submissions WHERE state = 'done'").pluck().all() as string[];
    const incidents = database.prepare("SELECT number FROM incidents").pluck().all() as string[];
    return { done: new Set(done), incidents };
  } finally {
    database.close();
  }
}

function total(charges: readonly Charge[]): number {
  return charges.reduce((sum, { amount }) => sum + amount, 0);
}

/** In words, where the journey ended: for the table of outcomes. */
function endOf(
  { journeys, incidents, effects }: JournalSeen,
  held: number,
  delivered: boolean,
  received: number,
): string {
  if (journeys.length === 0) return "no journey had begun";
  if (incidents.length > 0) return "incident";
  if (held > 0 || delivered) return "delivered";
  if (received > 0) return "received by the institution";
  if (effects.some(({ kind, state }) => kind === "refund" && state === "done")) return "money given back";
  return "nothing taken";
}
