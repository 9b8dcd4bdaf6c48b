import { assign } from "xstate";
import type { Outcome } from "../../../base/outcome.ts";
import type { ChipKey } from "../../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../../drivers/code-reader/interface.ts";
import type { JourneyContext, Proof } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { ChipEvidence } from "../../engine/ports.ts";
import { change, endWith, problem } from "../moves.ts";
import { type ChipVerdict, chipVerdict, percentOf } from "./chip-verdict.ts";

type Transition = { readonly target: string; readonly actions: ReturnType<typeof change> };

/** Reads of one card that may fail before the citizen is asked what to do: a card that is broken fails for ever. */
const MAX_READS = 3;

/** Where a tap stands in a step. */
export type TapWay = {
  readonly step: string;
  readonly chip: "offered" | "required";
  /** Where it leads with the card and what it has proved; `context.proof` is that of the chip. */
  readonly goOn: (proved: "document-scanned" | "chip-verified") => Transition;
  /** The state in which the citizen does without the card. */
  readonly otherwise?: string;
};

/** The states after a scan in which the chip is asked. Wherever it proves nothing, `offered` goes on and `required` says so. */
export function tapStates({ step, chip, goOn, otherwise }: TapWay): { readonly [state: string]: JourneyState } {
  const offered = chip === "offered";
  const proved = goOn("chip-verified");
  const unproved = goOn("document-scanned");
  const scanAgain = { target: "scanning", actions: problem(null) };
  const tapAgain = { target: "tapping", actions: change(() => ({ problem: null, attempts: 0 })) };
  const leave = { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) };
  const gone = offered ? unproved : { target: `#${step}.chipGone` };
  const stuck = `#${step}.unreadable`;
  const aside = otherwise === undefined ? {} : { BACK: { target: otherwise, actions: problem(null) } };
  return {
    tapping: {
      initial: "waiting",
      invoke: {
        src: "readChip",
        input: ({ context, self }) => ({
          ports: context.ports,
          key: keyOf(context.card),
          notify: (event) => self.send(event),
        }),
        onDone: [
          {
            guard: is("proved"),
            target: proved.target,
            actions: [assign(({ context, event }) => provedBy(context, event)), proved.actions],
          },
          { guard: is("not-proved"), ...(offered ? unproved : { target: "notProved" }) },
          { guard: is("other-card"), target: "otherCard" },
          { guard: is("expired"), target: "scanning", actions: problem("expired") },
          { guard: is("no-card"), target: "tapping", reenter: true, actions: problem(null) },
          {
            guard: (state) => is("moved", "mute")(state) && state.context.attempts + 1 < MAX_READS,
            target: "tapping",
            reenter: true,
            actions: assign(({ context, event }) => ({
              attempts: context.attempts + 1,
              problem: `chip-${verdictOf(context, event)}`,
            })),
          },
          { guard: is("moved", "mute", "unreadable"), target: "unreadable" },
          gone,
        ],
        onError: gone,
      },
      after: { [DELAYS.tap]: gone },
      states: {
        waiting: {
          tags: "citizen",
          entry: change(() => ({ chipRead: null })),
          on: {
            CHIP_PROGRESS: {
              guard: ({ event }) => event.progress.step !== "waiting",
              target: "reading",
              actions: assign({ chipRead: ({ event }) => percentOf(event.progress) }),
            },
            BACK: { ...scanAgain, target: `#${step}.scanning` },
            SKIP: { guard: () => offered, ...unproved },
          },
        },
        /** The citizen's hands hold a card still: nothing is asked of them meanwhile, and it is over in seconds. */
        reading: {
          tags: "busy",
          entry: problem(null),
          after: { [DELAYS.chipReading]: stuck },
          on: { CHIP_PROGRESS: { actions: assign({ chipRead: ({ event }) => percentOf(event.progress) }) } },
        },
      },
    },
    otherCard: { tags: "citizen", on: { ...aside, RETRY: tapAgain, CONTINUE: scanAgain, FINISH: leave } },
    unreadable: {
      tags: "citizen",
      on: { ...aside, RETRY: tapAgain, CONTINUE: { guard: () => offered, ...unproved }, FINISH: leave },
    },
    ...(offered
      ? {}
      : {
          notProved: { tags: "citizen", on: { ...aside, CONTINUE: scanAgain, FINISH: leave } },
          chipGone: { tags: "citizen", on: { ...aside, RETRY: tapAgain, FINISH: leave } },
        }),
  };
}

type Ended = { readonly output: Outcome<ChipEvidence> };

/** Without a card there is nobody whom the chip could be compared with. */
function verdictOf({ card }: JourneyContext, { output }: Ended): ChipVerdict {
  return card === null ? "other-card" : chipVerdict(output, card);
}

function is(...verdicts: readonly ChipVerdict[]) {
  return ({ context, event }: { readonly context: JourneyContext; readonly event: Ended }) =>
    verdicts.includes(verdictOf(context, event));
}

/** The person of the card whose chip was just read, by this reading and no other. */
function provedBy({ card }: JourneyContext, { output }: Ended): { readonly proof?: Proof } {
  if (card === null || output.outcome !== "ok") return {};
  return { proof: { run: card.run, name: card.name, by: "chip-verified", evidence: output.value.reading } };
}

/** The three elements of the machine-readable zone, which a cédula's QR has too. */
function keyOf(card: CedulaReading | null): ChipKey {
  const { documentNumber = "", birthDate = "", expiryDate = "" } = card ?? {};
  return { kind: "mrz", documentNumber, birthDate, expiryDate };
}
