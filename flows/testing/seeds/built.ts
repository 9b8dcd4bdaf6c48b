import { assign } from "xstate";
import { DELAYS } from "../../engine/delays.ts";
import { endWith } from "../../steps/moves.ts";
import { type Edit, edited } from "./edit.ts";
import type { Sources } from "./sources.ts";
import { type BySpoiling, branches, type Config, drawn, invoke, onPage, spoilt, without } from "./spoil.ts";

const nothingDone = endWith({ result: "nothing-done", page: "not-paid" });
const isWaiting = ({ context }: { context: { waiting: boolean } }) => context.waiting;
/** A page behind the request, for one of its topics. */
const SOME_READ_ON: Edit[] = [
  [
    "service",
    "  - id: done\n",
    "  - id: sort\n    kind: decide\n    cases:\n      - { if: \"topic.id == 'otro'\", go: page }\n    next: done\n\n  - id: page\n    kind: inform\n\n  - id: done\n",
  ],
  ["es", "\ndone:\n", "\npage:\n  title: Gracias\n  body: Ya está.\n\ndone:\n"],
  ["en", "\ndone:\n", "\npage:\n  title: Thank you\n  body: That is all.\n\ndone:\n"],
];
/** What a page shows in the place of a text that nobody wrote: its key. */
const UNWRITTEN = { id: "common/survey.ask", text: "survey.ask" };
const LOOP = { tags: "busy", after: { 1000: "round" } };

/** Bad as built: what a fault in the step library could do. */
export const spoiltMachines = ({ bono, contact }: Sources): readonly BySpoiling[] => [
  [
    "ends.breaks",
    "an action that throws",
    spoilt(bono, "quote.unavailable", (state) => ({
      ...state,
      on: {
        ...(state.on as Config),
        RETRY: {
          target: "asking",
          actions: assign(() => {
            throw new Error("broken");
          }),
        },
      },
    })),
  ],
  [
    "ends.dead-end",
    "two states that only lead to each other",
    spoilt(bono, "quote", ({ states, ...state }) => ({
      ...state,
      states: {
        ...(states as Config),
        asking: invoke((states as { asking: Config }).asking, { onError: "round" }),
        round: { ...LOOP, after: { 1000: "again" } },
        again: LOOP,
      },
    })),
  ],
  [
    "ends.unattended",
    "a page that is not left when the citizen has gone",
    spoilt(bono, "quote.unavailable", (state) => ({ ...state, on: { ...(state.on as Config), ABANDON: {} } })),
  ],
  [
    "ends.nothing-to-do",
    "a page without buttons",
    drawn(
      bono,
      onPage("problem", ({ title }, { intents }) => ({ intents: title.id.includes("check") ? [] : intents })),
    ),
  ],
  [
    "ends.off-line-stuck",
    "a page behind what waits, to which some come and which nobody leaves without the network",
    spoilt(edited(contact, ...SOME_READ_ON), "page.reading", (state) => ({
      ...state,
      on: { CONTINUE: [{ guard: isWaiting, target: "reading", reenter: true }, (state.on as Config).CONTINUE] },
    })),
  ],
  [
    "ends.off-line-stuck",
    "a finger that is only offered, and that nobody gets past who cannot have it read",
    spoilt(
      edited(contact, ["service", "    typed: true\n", "    typed: true\n    finger: offered\n"]),
      "identify.fingerUnreadable",
      without("RETRY", "CONTINUE"),
    ),
  ],
  [
    "ends.silent-end",
    "a last page without a word",
    drawn(
      bono,
      onPage("finish", (screen) => ({ screen: { ...screen, body: [] } })),
    ),
  ],
  [
    "ends.silent-end",
    "a last page that is none",
    drawn(
      bono,
      onPage("finish", ({ title, body, result }, { screen }) => ({
        screen: result === "nothing-done" ? { kind: "waiting", title, body } : screen,
      })),
    ),
  ],
  [
    "help.language",
    "a journey that does not hear the other language",
    spoilt(bono, "", ({ on, ...state }) => {
      const { SET_LOCALE: _gone, ...rest } = on as Config;
      return { ...state, on: rest };
    }),
  ],
  [
    "help.cannot-leave",
    "a first page that only time ends",
    spoilt(bono, "", ({ on, states, ...state }) => {
      const [owed, gone] = (on as { ABANDON: Config[] }).ABANDON;
      const inside = ({ context }: { context: { trail: readonly string[] } }) => context.trail.join() !== "start";
      const { start, ...others } = states as { [name: string]: { states: { reading: Config } } };
      const reading = { ...start?.states.reading, after: { 60000: { target: "#ending", actions: nothingDone } } };
      return {
        ...state,
        on: { ...(on as Config), ABANDON: [owed, { ...gone, guard: inside }] },
        states: { start: { ...start, states: { reading } }, ...others },
      };
    }),
  ],
  [
    "waits.no-deadline",
    "an institution that is waited for an hour",
    spoilt(bono, "quote.asking", (state) => ({ ...state, after: { 3600000: "unavailable" } })),
  ],
  [
    "waits.unheard-answer",
    "a call that may not break off",
    spoilt(bono, "quote.asking", (state) => invoke(state, { onError: undefined })),
  ],
  [
    "waits.unheard-answer",
    "a first deadline that nothing comes of",
    spoilt(bono, "quote.asking", (state) => ({
      ...state,
      after: { ...(state.after as Config), 1000: { guard: () => false, target: "unavailable" } },
    })),
  ],
  [
    "waits.partial",
    "a defect that is taken under a condition",
    spoilt(bono, "quote.asking", (state) => invoke(state, { onError: [{ guard: () => true, target: "unavailable" }] })),
  ],
  [
    "waits.partial",
    "a last branch with a condition",
    spoilt(bono, "quote.asking", (state) =>
      invoke(state, { onDone: [branches(state)[0], { guard: () => true, target: "unavailable" }] }),
    ),
  ],
  [
    "money.charged-twice",
    "a second charge after an approval",
    spoilt(bono, "pay", ({ states, ...state }) => {
      const { charging, ...others } = states as { charging: Config };
      const [approved, ...rest] = branches(charging);
      return {
        ...state,
        states: {
          ...others,
          charging: invoke(charging, { onDone: [{ ...approved, target: "again" }, ...rest] }),
          again: {
            ...invoke(charging, { onDone: "#bono", onError: "#bono" }),
            after: { [DELAYS.charge]: "#bono" },
          },
        },
      };
    }),
  ],
  [
    "money.paid-for-nothing",
    "who walks away after paying is forgotten",
    spoilt(bono, "", ({ on, ...state }) => ({
      ...state,
      on: { ...(on as Config), ABANDON: (on as { ABANDON: unknown[] }).ABANDON.slice(1) },
    })),
  ],
  [
    "money.doubt-untold",
    "a charge in doubt that ends like none",
    spoilt(bono, "pay.charging", (state) => {
      const forgotten = { target: "#ending", actions: nothingDone };
      const doubt = { onDone: [...branches(state).slice(0, -1), forgotten], onError: forgotten };
      return { ...invoke(state, doubt), after: { [DELAYS.charge]: forgotten } };
    }),
  ],
  [
    "money.refund-untold",
    "money back for a bono that may exist",
    spoilt(bono, "bono.refunded", (state) => ({ ...state, always: (state.always as unknown[]).slice(1) })),
  ],
  [
    "money.refund-claimed",
    "a refused refund called done",
    spoilt(bono, "bono.refunding", (state) => {
      const [done, refused] = branches(state);
      const claim = [(refused as Config).actions, endWith({ result: "refunded", page: "refunded" })];
      return invoke(state, { onDone: [done, { ...refused, actions: claim }] });
    }),
  ],
  [
    "money.incident-untold",
    "an incident without its number",
    drawn(
      bono,
      onPage("finish", ({ reference, ...screen }, view) => ({
        screen:
          screen.result === "incident" ? screen : (view.screen as typeof screen & { reference: typeof reference }),
      })),
    ),
  ],
  [
    "texts.missing",
    "a title of nothing",
    drawn(
      bono,
      onPage("survey", (screen) => ({ screen: { ...screen, title: { id: "common/survey.title", text: " " } } })),
    ),
  ],
  [
    "texts.missing",
    "a title that the library lacks in English",
    drawn(bono, (view, locale) =>
      locale === "es" ? view : onPage("survey", (screen) => ({ screen: { ...screen, title: UNWRITTEN } }))(view),
    ),
  ],
  [
    "texts.missing",
    "a title that the library lacks",
    drawn(
      bono,
      onPage("survey", (screen) => ({ screen: { ...screen, title: UNWRITTEN } })),
    ),
  ],
];
