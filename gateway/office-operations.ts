import { err, ok } from "../base/result.ts";
import { ChileAtiende } from "./connectors/chileatiende.ts";
import { caseDocument } from "./delivery/documents.ts";
import { type InstitutionsOptions, type Part, phoneLink } from "./part.ts";

/** The office that the kiosks stand in: its queues, appointments and people, and its citizens' cases. */
export function attention(options: InstitutionsOptions): Part | undefined {
  const config = options.config.institutions.chileatiende?.attention;
  if (config === undefined) return undefined;
  const { clock, links, publicUrl } = options;
  const { deadlines, retention } = options.config;
  const office = new ChileAtiende({
    ...config,
    clock,
    deadlines,
    turnUrl: (folio) => `${publicUrl()}/t/${encodeURIComponent(folio)}`,
  });
  const remote = { kind: "remote", institution: "chileatiende", resendable: true } as const;
  return {
    institution: "chileatiende",
    probes: [() => office.probe(deadlines.probe)],
    turn: (folio, signal) => office.turn(folio, signal),
    closing: [office],
    queries: {
      "attention.queues": {
        institution: "chileatiende",
        ask: (_input, signal, kiosk) => office.queues(kiosk, signal),
      },
      "attention.slots": {
        institution: "chileatiende",
        ask: (input, signal, kiosk) => office.slots(input, kiosk, signal),
      },
      "attention.help": { institution: "chileatiende", ask: (input, signal) => office.help(input, signal) },
      "cases.list": { institution: "chileatiende", ask: (input, signal) => office.cases(input, signal) },
      "cases.status": { institution: "chileatiende", ask: (input, signal) => office.caseStatus(input, signal) },
    },
    submissions: {
      "attention.turn.take": {
        ...remote,
        submit: (input, context) => office.take(input, context),
        lookUp: (key, signal) => office.findTurn(key, signal),
      },
      "attention.appointment.book": {
        ...remote,
        submit: (input, context) => office.book(input, context),
        lookUp: (key, signal) => office.findBooking(key, signal),
      },
      "attention.help.call": {
        ...remote,
        submit: (input, context) => office.callHelp(input, context),
        lookUp: (key, signal) => office.findCall(key, signal),
      },
      "cases.copy": {
        ...remote,
        submit: async (input, { signal }) => {
          const status = await office.caseStatus(input, signal);
          if (!status.ok) return err({ error: status.error.error, effect: "none" });
          return ok(phoneLink(`${publicUrl()}/d`, links.create(caseDocument(status.value), retention.link)));
        },
        // A copy whose answer was lost is never opened: another is made.
        lookUp: async () => ok(undefined),
      },
    },
  };
}
