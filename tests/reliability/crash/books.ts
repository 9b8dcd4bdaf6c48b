import type { Institutions } from "../../../simulators/institutions/start.ts";

export type Entry = { readonly key: string; readonly folio: string; readonly valid: boolean };

/** What an institution keeps of what kiosks asked of it, by the key that each was asked under. */
export type Book = {
  readonly name: string;
  /** The submission that it comes from. */
  readonly operation: string;
  /** An entry is a document that a citizen takes along. */
  readonly document: boolean;
  readonly entries: (institutions: Institutions) => readonly Entry[];
};

const stands = ({ key, folio }: { readonly key: string; readonly folio: string }): Entry => ({
  ...{ key, folio },
  valid: true,
});

export const BOOKS: readonly Book[] = [
  {
    ...{ name: "bonos", operation: "fonasa.bono.issue", document: true },
    entries: ({ bono }) =>
      bono.ledger.issued.map(({ key, folio, state }) => ({ key, folio, valid: state !== "annulled" })),
  },
  {
    ...{ name: "certificates", operation: "srcei.birth-certificate", document: true },
    entries: ({ srcei }) => srcei.ledger.issued.map(stands),
  },
  {
    ...{ name: "complaints", operation: "chileatiende.reclamo.file", document: true },
    entries: ({ reclamos }) => reclamos.ledger.issued.map(stands),
  },
  {
    ...{ name: "requests", operation: "chileatiende.contact-request", document: false },
    entries: ({ contactDesk }) => contactDesk.ledger.received.map(stands),
  },
  {
    ...{ name: "turns", operation: "attention.turn.take", document: false },
    entries: ({ atencion }) => atencion.office.keyedTurns.map(([key, { folio }]) => stands({ key, folio })),
  },
  {
    ...{ name: "calls for help", operation: "attention.help.call", document: false },
    entries: ({ atencion }) => atencion.office.keyedCalls.map(([key, { call }]) => stands({ key, folio: call })),
  },
];
