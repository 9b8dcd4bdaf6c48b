import { assign } from "xstate";
import type { JourneyContext } from "../../engine/context.ts";
import { valueAt } from "../../engine/expression.ts";
import { IDENTITY } from "../../steps/identify/identity.ts";
import { change, endWith, newEffect } from "../../steps/moves.ts";
import { edited } from "./edit.ts";
import { put } from "./small.ts";
import { byChip, byPhone, ENOUGH, type Sources } from "./sources.ts";
import { type BySpoiling, branches, type Config, invoke, isError, spoilt } from "./spoil.ts";

const nothingDone = endWith({ result: "nothing-done", page: "left" });

const isInDoubt = ({ context }: { context: JourneyContext }) => context.unreceipted?.recorded === false;

/** The journey takes it for a proof of the person who was identified. */
const believed = change(({ context }) => ({
  proof: {
    run: String(valueAt(context.data, [IDENTITY, "run"])),
    by: "chip-verified",
    evidence: "reading-1",
  },
}));

/** The declaration is not shown from its beginning. */
const fromPage =
  (page: number) =>
  (state: Config): Config =>
    invoke(state, {
      onDone: branches(state).map((branch) =>
        branch.target === "reading" ? { ...branch, actions: assign({ work: { page, locale: "es" } }) } : branch,
      ),
    });

/** Something more to sign, on two pages. */
const AGAIN = "  - id: again\n    kind: sign\n    with: [clave-unica]\n    prints: receipt\n\n";
const AGAIN_TEXTS = `again:\n  title: Firme\n  declaration:\n${ENOUGH.repeat(3)}\n`;

/** Whether the chip that was read says `value` of itself. */
const says =
  (field: "genuine" | "expired", value: boolean) =>
  ({ event }: { event: { output: { value?: { readonly [name: string]: unknown } } } }) =>
    event.output.value?.[field] === value;

/** Signatures that are not what they should be. */
export const badlySigned = ({ declaration }: Sources): readonly BySpoiling[] => [
  [
    "signing.unproved",
    "a proof that serves for a second signature",
    spoilt(byChip(declaration), "declaration", ({ states, ...state }) => {
      const { recording, notRecorded, ...others } = states as { recording: Config; notRecorded: Config };
      const [done, , doubt] = branches(recording);
      const refused = { guard: isError, target: "notRecorded" };
      const again = { target: "recording", actions: newEffect("sign-declaration") };
      return {
        ...state,
        states: {
          ...others,
          recording: invoke(recording, { onDone: [done, refused, doubt] }),
          notRecorded: { ...notRecorded, on: { ...(notRecorded.on as Config), RETRY: again } },
        },
      };
    }),
  ],
  [
    "signing.unproved",
    "a signature by the chip of somebody else",
    spoilt(byChip(declaration), "declaration.judging", (state) => ({
      ...state,
      always: (state.always as Config[]).map(({ guard: _any, ...branch }) => branch),
    })),
  ],
  ...(["genuine", "expired"] as const).map(
    (field): BySpoiling => [
      "signing.unproved",
      `a signature by a chip that is ${field === "genuine" ? "not genuine" : "expired"}`,
      spoilt(byChip(declaration), "declaration.tapping", (state) =>
        invoke(state, {
          onDone: [
            { guard: says(field, field === "expired"), target: "#declaration.judging", actions: believed },
            ...branches(state),
          ],
        }),
      ),
    ],
  ),
  [
    "signing.unproved",
    "a signature by the login that identified",
    spoilt(byPhone(declaration), "declaration.reading", ({ on, ...state }) => {
      const { USE_PHONE, ...others } = on as { USE_PHONE: Config };
      return { ...state, on: { ...others, USE_PHONE: { ...USE_PHONE, target: "judging", actions: believed } } };
    }),
  ],
  [
    "signing.unread",
    "a declaration that begins with its last page",
    spoilt(byPhone(declaration), "declaration.asking", fromPage(1)),
  ],
  [
    "signing.unread",
    "a second declaration that begins with its last page",
    spoilt(
      edited(byPhone(declaration), ["service", "    offer-copy: true\n", ""], ...put("done", AGAIN, AGAIN_TEXTS)),
      "again.asking",
      fromPage(1),
    ),
  ],
  [
    "signing.twice",
    "whoever has signed is led to sign again",
    spoilt(byPhone(declaration), "declaration.offering", (state) => ({
      ...state,
      on: {
        SELECT: (state.on as { SELECT: Config[] }).SELECT.map((branch) =>
          branch.target === "done" ? { ...branch, target: "reading", actions: assign({ work: {} }) } : branch,
        ),
      },
    })),
  ],
  [
    "signing.no-receipt",
    "a signature in doubt that ends like none",
    spoilt(declaration, "declaration.inDoubt", (state) => ({
      ...state,
      on: { ...(state.on as Config), FINISH: { target: "#ending", actions: nothingDone } },
    })),
  ],
  [
    "signing.no-receipt",
    "a receipt of what nobody knows to be signed",
    spoilt(byChip(declaration), "declaration.recording", (state) => {
      const [done, refused] = branches(state);
      return invoke(state, {
        onDone: [done, refused, { target: "printing", actions: newEffect("print-signature") }],
      });
    }),
  ],
  [
    "signing.no-receipt",
    "who walks away after signing is forgotten",
    spoilt(declaration, "", ({ on, ...state }) => {
      const { ABANDON, ...others } = on as { ABANDON: Config[] };
      return { ...state, on: { ...others, ABANDON: ABANDON.with(1, { ...ABANDON[1], guard: isInDoubt }) } };
    }),
  ],
];
