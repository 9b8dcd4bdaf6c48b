import { assign } from "xstate";
import type { ServiceSource } from "../../compiler/source.ts";
import { newEffect } from "../../steps/moves.ts";
import { edited } from "./edit.ts";
import { ANNEX, anotherTurn, issuing, PAGE, put, titled } from "./small.ts";
import type { Sources } from "./sources.ts";
import { type BySpoiling, branches, type Config, invoke, isError, spoilt } from "./spoil.ts";

const delivered = assign({ delivered: true });

/** A document that goes on without a paper that failed. @param regardless of which papers it does. */
const goingOn = (source: ServiceSource, regardless: (prints: readonly string[]) => boolean) =>
  spoilt(source, "paper.sorting", ({ always, ...state }) => {
    const [failed, ...others] = always as Config[];
    const guard = ({ context: { prints } }: { context: { prints: readonly string[] } }) =>
      prints.includes("failed") && !regardless(prints);
    return { ...state, always: [{ ...failed, guard }, ...others] };
  });

/** Documents and places that nobody has, or has twice, and consents that nobody gave. */
export const badlyHanded = ({ certificate, contact, turn }: Sources): readonly BySpoiling[] => [
  [
    "data.no-consent",
    "a consent that counts although nothing says that it was recorded",
    spoilt(contact, "consent.recording", (state) => {
      const [{ guard: _promised, ...accepted } = {}] = branches(state);
      return invoke(state, { onDone: accepted });
    }),
  ],
  [
    "data.no-consent",
    "a journey that goes on when its consent was refused",
    spoilt(contact, "consent.recordingRefusal", (state) => invoke(state, { onDone: "#request" })),
  ],
  [
    "money.delivery-claimed",
    "a paper that nobody has seen called delivered",
    spoilt(certificate, "certificate.checking", (state) => ({ ...state, entry: delivered })),
  ],
  [
    "money.delivery-claimed",
    "a button that says that nothing came, taken for its contrary",
    spoilt(issuing(turn, PAGE), "paper.checking", ({ on, ...state }) => {
      const { CONTINUE } = on as Config;
      return { ...state, on: { CONTINUE, RETRY: CONTINUE } };
    }),
  ],
  [
    "money.delivery-claimed",
    "two of three papers called the document",
    goingOn(
      issuing(turn, `${PAGE}${ANNEX}, { name: cover, paper: a4 }`, "    annex: Anexo\n    cover: Portada\n"),
      ([page, , cover]) => page !== "failed" && cover !== "failed",
    ),
  ],
  [
    "money.delivery-claimed",
    "a paper that failed called there with the one that the citizen says is there",
    goingOn(issuing(turn, PAGE + ANNEX, "    annex: Anexo\n"), (prints) => prints.includes("unconfirmed")),
  ],
  [
    "money.delivery-claimed",
    "an e-mail that was not sent called delivered",
    spoilt(issuing(turn, PAGE), "paper.emailSending", (state) =>
      invoke(state, { onDone: [...branches(state).slice(0, 1), { target: "done", actions: delivered }] }),
    ),
  ],
  [
    "money.delivery-claimed",
    "a request that was refused called received",
    spoilt(contact, "request.submitting", (state) =>
      invoke(state, { onDone: [{ guard: isError, target: "printing", actions: delivered }, ...branches(state)] }),
    ),
  ],
  [
    "money.delivery-claimed",
    "a number that nobody has seen called delivered",
    spoilt(turn, "ticket.printed", (state) => ({ ...state, entry: delivered })),
  ],
  [
    "money.turn-taken-twice",
    "a place in doubt that is asked for under another name",
    spoilt(turn, "ticket.doubt", (state) => ({
      ...state,
      on: { ...(state.on as Config), RETRY: { target: "taking", actions: newEffect("turn-ticket") } },
    })),
  ],
  [
    "money.turn-taken-twice",
    "an hour in doubt that is asked for under another name",
    spoilt(
      edited(
        turn,
        ["service", "book: queue", "book: appointment\n    matter: atencion-general\n    run: 12345678-5"],
        ["service", "{{ticket.number}}", "{{ticket.folio}}"],
      ),
      "ticket.doubt",
      (state) => ({
        ...state,
        on: { ...(state.on as Config), RETRY: { target: "taking", actions: newEffect("turn-ticket") } },
      }),
    ),
  ],
  [
    "money.turn-taken-twice",
    "a third number that is the first once more",
    spoilt(
      edited(turn, ...put("done", anotherTurn("second") + anotherTurn("third"), titled("second", "third"))),
      "third.taking",
      (state) => {
        const { input } = state.invoke as { input: (args: unknown) => Config };
        return invoke(state, { input: (args: unknown) => ({ ...input(args), effect: "turn-ticket-2" }) });
      },
    ),
  ],
];
