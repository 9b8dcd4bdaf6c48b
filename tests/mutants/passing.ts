type Change = { readonly before: string; readonly after: string };
type Passing = Change & {
  readonly file: string;
  readonly why: "equivalent" | "stricter";
  readonly because: string;
};

/** Of what a terminal does off line nothing comes. */
const withoutTerminal = (changes: readonly Change[]): Passing[] =>
  changes.map((change) => ({
    ...change,
    file: "off-line.ts",
    why: "equivalent",
    because:
      "whoever has paid must be issued something (money.paid-for-nothing), which needs the network: the end at which a request waits is out of reach either way",
  }));

/**
 * Mutants that no service and no seed tells from the checker as it is, and why nobody is harmed. `equivalent`: nothing can tell. `stricter`: it
 * refuses more, never less. The run fails when one of them is told after all, or is no longer made.
 */
export const PASSING: readonly Passing[] = [
  {
    file: "proofs/data.ts",
    before: 'step.kind !== "identify"',
    after: "false",
    why: "equivalent",
    because: "no other step has `at-least`, and whoever is known at all reaches a level that is not there",
  },
  {
    file: "proofs/waits.ts",
    before: 'move.by === "deadline" && move.milliseconds <= LONGEST_WAIT',
    after: "(move.milliseconds <= LONGEST_WAIT)",
    why: "equivalent",
    because: "nothing but a deadline has milliseconds",
  },
  {
    file: "proofs/waits.ts",
    before: "move.milliseconds <= LONGEST_WAIT",
    after: "move.milliseconds < LONGEST_WAIT",
    why: "stricter",
    because: "no state that does not wait for the citizen waits as long as that",
  },
  {
    file: "proofs/texts.ts",
    before: "words > MAX_PAGE_WORDS",
    after: "words >= MAX_PAGE_WORDS",
    why: "stricter",
    because: "no page has exactly so many words",
  },
  {
    file: "proofs/texts.ts",
    before: "text.split(/\\s+/).filter((word) => /[\\p{L}\\d]/u.test(word))",
    after: "text.split(/\\s+/)",
    why: "stricter",
    because: "signs that stand alone count as words",
  },
  {
    file: "proofs/money.ts",
    before: 'served && money === "none"',
    after: "(served)",
    why: "equivalent",
    because:
      "who has paid and holds nothing is found by money.paid-for-nothing and money.doubt-untold, whatever else they were shown",
  },
  ...withoutTerminal([
    {
      before: '["logInByPhone", "verifyFinger", "lookUp", "submit", "charge", "refund"]',
      after: '["logInByPhone", "verifyFinger", "lookUp", "submit", "refund"]',
    },
    {
      before: '["logInByPhone", "verifyFinger", "lookUp", "submit", "charge", "refund"]',
      after: '["logInByPhone", "verifyFinger", "lookUp", "submit", "charge"]',
    },
    { before: '["ok", "approved"]', after: '["ok"]' },
  ]),
  {
    file: "ledger.ts",
    before: 'name === "charge" && ledger.money !== "none" && ledger.money !== "returned"',
    after: '(name === "charge" && ledger.money !== "none")',
    why: "stricter",
    because: "behind money that was given back every journey ends, and nothing is charged any more",
  },
  ...['(name === "scanPage")', '(own?.kind === "ask")'].map(
    (after): Passing => ({
      file: "proofs/devices.ts",
      before: 'name === "scanPage" && own?.kind === "ask"',
      after,
      why: "equivalent",
      because: "nothing but a question scans a paper, and a question uses no other device",
    }),
  ),
  {
    file: "ledger.ts",
    before:
      '{ money: "none", chargedTwice: false, issued: false, papers: [], inHand: false, waiting: null, served: false, turns: [], turnTakenTwice: false, signed: "no", signing: null, signedTwice: false, proved: false, unproved: false, read: [], unread: false, incident: "none", consent: false, unconsented: null, }',
    after:
      '{money: "none", chargedTwice: false, issued: false, papers: [], inHand: false, waiting: null, served: false, turns: [], turnTakenTwice: false, signing: null, signedTwice: false, proved: false, unproved: false, read: [], unread: false, incident: "none", consent: false, unconsented: null}',
    why: "equivalent",
    because: "it is only asked whether something is signed, in doubt or handed over",
  },
  {
    file: "ledger.ts",
    before: 'step === "issue" || step === "sign" ? inHand(ledger) : ledger',
    after: "(inHand(ledger))",
    why: "equivalent",
    because:
      "whoever comes to a link of another step has what was issued before in hand, or an incident stands for it: the steps that issue see to it",
  },
  {
    file: "ledger.ts",
    before: '{ ...ledger, papers: [], inHand: true, signed: ledger.signed === "yes" ? "handed" : ledger.signed }',
    after: '{...ledger, inHand: true, signed: ledger.signed === "yes" ? "handed" : ledger.signed}',
    why: "equivalent",
    because:
      "papers of one document would count for the next only where that one's were not all printed, and then the step records an incident",
  },
];
