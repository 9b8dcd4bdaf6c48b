import { between, edited } from "./edit.ts";
import { byChip, type Sources } from "./sources.ts";
import { type BySpoiling, type Config, spoilt, without } from "./spoil.ts";

const isFirstPage = ({ context }: { context: { work: { page?: unknown } } }) => context.work.page !== 1;

/** Pages of the library from which nothing leads back or out. */
export const withoutWayBack = ({ bono, contact, declaration }: Sources): readonly BySpoiling[] => [
  ["help.no-way-back", "a card that must be shown", spoilt(contact, "identify.scanning", without("BACK"))],
  ["help.no-way-back", "a consent that must be given", spoilt(contact, "consent.asking", without("BACK", "REFUSE"))],
  [
    "help.no-way-back",
    "a second page of what is signed, from which nobody comes back to the first",
    spoilt(byChip(declaration), "declaration.reading", ({ on, ...state }) => {
      const { BACK, ...others } = on as { BACK: Config[] };
      return { ...state, on: { ...others, BACK: BACK.slice(1).map((back) => ({ ...back, guard: isFirstPage })) } };
    }),
  ],
  [
    "help.no-way-back",
    "a button back that leads to the page on which it stands",
    spoilt(
      edited(bono, ...between("kind: inform", "  title: Un momento\n  body: Ya pagó.\n")),
      "between.reading",
      (state) => ({
        ...state,
        on: { ...(state.on as Config), BACK: { target: "reading", reenter: true } },
      }),
    ),
  ],
];
