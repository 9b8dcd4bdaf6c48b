import { fromPromise, setup } from "xstate";
import type { Thumb } from "../../base/contracts/gateway.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { ChipKey } from "../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { ReceiptDocument } from "../../drivers/receipt-printer/document.ts";
import type { PrintProgress, PrintResult } from "../../drivers/receipt-printer/interface.ts";
import type { JourneyContext, JourneyEvent, JourneyInput, JourneyOutput, JourneyTag } from "./context.ts";
import type {
  ChipEvidence,
  FingerAnswer,
  IncidentRecord,
  JourneyPorts,
  JourneyResult,
  Json,
  LoginAsked,
  PhoneIdentity,
  ScannedPaper,
} from "./ports.ts";

type With<T> = { readonly ports: JourneyPorts } & T;
/** A ticket, or the pages of an institution's document by its number. */
type Printed = { readonly document: ReceiptDocument } | { readonly pages: string; readonly demo: boolean };
type Submission = Parameters<JourneyPorts["submit"]>[0];
type Notify = { readonly notify: (event: JourneyEvent) => void };

const actors = {
  /** `signer`: whoever shows it must be the one who was identified. */
  scan: fromPromise<Outcome<CedulaReading>, With<{ signer?: boolean }>>(({ input, signal }) =>
    input.ports.scan({ signal }),
  ),
  scanCode: fromPromise<Outcome<string>, With<object>>(({ input, signal }) => input.ports.scanCode({ signal })),
  readChip: fromPromise<Outcome<ChipEvidence>, With<{ key: ChipKey } & Notify>>(({ input, signal }) =>
    input.ports.readChip(
      { key: input.key },
      { signal, onProgress: (progress) => input.notify({ type: "CHIP_PROGRESS", progress }) },
    ),
  ),
  verifyFinger: fromPromise<Outcome<FingerAnswer>, With<{ run: string; finger: Thumb } & Notify>>(({ input, signal }) =>
    input.ports.verifyFinger(
      { run: input.run, finger: input.finger },
      { signal, onProgress: (progress) => input.notify({ type: "FINGER_PROGRESS", progress }) },
    ),
  ),
  logInByPhone: fromPromise<Outcome<PhoneIdentity>, With<LoginAsked & Notify>>(({ input, signal }) =>
    input.ports.logInByPhone(
      { place: input.place, about: input.about, purpose: input.purpose },
      { signal, onProgress: (progress) => input.notify({ type: "PHONE_PROGRESS", progress }) },
    ),
  ),
  /** `page`: which of the paper's pages it will be. */
  scanPage: fromPromise<Outcome<ScannedPaper>, With<{ page: number; held: readonly string[] } & Notify>>(
    ({ input: { ports, held, notify }, signal }) =>
      ports.scanPage({ held }, { signal, onProgress: (progress) => notify({ type: "PAPER_PROGRESS", progress }) }),
  ),
  lookUp: fromPromise<Outcome<Json>, With<{ operation: string; input: Json }>>(({ input, signal }) =>
    input.ports.lookUp({ operation: input.operation, input: input.input }, { signal }),
  ),
  submit: fromPromise<Outcome<Json>, With<Submission>>(({ input: { ports, ...request }, signal }) =>
    ports.submit(request, { signal }),
  ),
  charge: fromPromise<Outcome<SaleResult>, With<{ effect: string; amount: number } & Notify>>(({ input, signal }) =>
    input.ports.charge(
      { effect: input.effect, amount: input.amount },
      { signal, onPrompt: (prompt) => input.notify({ type: "PAYMENT_PROMPT", prompt }) },
    ),
  ),
  refund: fromPromise<Outcome<void>, With<{ effect: string; sale: SaleResult }>>(({ input, signal }) =>
    input.ports.refund({ effect: input.effect, sale: input.sale }, { signal }),
  ),
  print: fromPromise<Outcome<PrintResult>, With<{ effect: string } & Printed & Notify>>(({ input, signal }) => {
    const { ports, effect, notify } = input;
    const options = {
      signal,
      onProgress: (progress: PrintProgress) => notify({ type: "PRINT_PROGRESS", progress }),
    };
    return "pages" in input
      ? ports.printPages({ effect, document: input.pages, demo: input.demo }, options)
      : ports.print({ effect, document: input.document }, options);
  }),
  incident: fromPromise<{ readonly number: string }, With<{ record: IncidentRecord }>>(({ input }) =>
    input.ports.incident(input.record),
  ),
  settle: fromPromise<void, With<{ result: JourneyResult }>>(({ input }) => input.ports.settle(input.result)),
};

/** The calls that a journey can make, by the name of their actor. */
export type JourneyCall = keyof typeof actors;

/**
 * The vocabulary of every journey machine. Its actors are the ports, one call each: a machine names them, and gives the
 * ports in their input, so that the machine itself is a pure description.
 */
export const journey = setup({
  types: {
    context: {} as JourneyContext,
    events: {} as JourneyEvent,
    input: {} as JourneyInput,
    output: {} as JourneyOutput,
    tags: "citizen" as JourneyTag,
  },
  actors,
});

/** The configuration of one state of a journey. */
export type JourneyState = Parameters<typeof journey.createStateConfig>[0];
