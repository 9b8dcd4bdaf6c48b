import { QUERIES, type QueryName, SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { PrintResult } from "../../drivers/receipt-printer/interface.ts";
import { valueAt } from "../engine/expression.ts";
import type { JourneyCall } from "../engine/journey.ts";
import type { ChipEvidence, Json } from "../engine/ports.ts";
import { one, samples, type Tested } from "./samples.ts";

/** How a call of a port can end, as far as any journey can tell the ends apart. */
export type Answer = {
  /** What the proofs think of it. */
  readonly meaning: "ok" | "approved" | "declined" | "error" | "unknown" | "unconfirmed" | "retracted" | "defect";
  /** For the path that is shown to the author, after "identify: ". */
  readonly words: string;
  /** What the port resolves to; absent: it rejects. */
  readonly output?: unknown;
};

/** What a journey asks of a port, as its machine has put it. */
export type CallInput = { readonly [name: string]: unknown };

/** The identity that the proofs follow: no other sample has this RUN or this name. */
export const TRACED = { run: "7654321-6", name: "TRACED PERSON" } as const;

const CEDULA: CedulaReading = {
  kind: "cedula",
  ...TRACED,
  documentNumber: "123456789",
  birthDate: "1980-05-17",
  expiryDate: "2031-05-17",
  documentType: "CEDULA",
  expired: false,
};

const CHIP: ChipEvidence = {
  documentNumber: CEDULA.documentNumber,
  birthDate: CEDULA.birthDate,
  runs: [CEDULA.run],
  expired: false,
  genuine: true,
};

const defect: Answer = { meaning: "defect", words: "the call breaks off with an unexpected error" };
const inDoubt = (words: string): Answer => ({
  meaning: "unknown",
  words,
  output: uncertain(coded("common.deadline")),
});
const error = (words: string, code: Parameters<typeof coded>[0] = "runtime.no-device"): Answer => ({
  meaning: "error",
  words,
  output: failed(coded(code)),
});
const ok = (words: string, value: unknown): Answer => ({ meaning: "ok", words, output: done(value) });

/**
 * Every end of a call, for each port. A port that is added to the journeys' vocabulary does not compile until it stands here.
 *
 * @param tested what conditions compare in the answer of this call.
 */
export function answersOf(call: JourneyCall, input: CallInput, tested: Tested): readonly Answer[] {
  return ANSWERS[call](input, tested);
}

const ANSWERS: { readonly [C in JourneyCall]: (input: CallInput, tested: Tested) => readonly Answer[] } = {
  scan: () => [
    ok("the cédula is read", CEDULA satisfies CedulaReading),
    ok("an expired cédula is read", { ...CEDULA, expired: true }),
    error("something else than a cédula is read", "flows.not-a-cedula"),
    error("nobody shows a card for a long time", "common.deadline"),
    error("the code reader does not work"),
    inDoubt("the code reader cannot tell what it did"),
    defect,
  ],
  readChip: () => [
    ok("the chip proves the cédula", CHIP),
    ok("the chip is not genuine", { ...CHIP, genuine: false } satisfies ChipEvidence),
    ok("the chip says another RUN", { ...CHIP, runs: ["11111111-1"] } satisfies ChipEvidence),
    ok("the chip says no RUN", { ...CHIP, runs: [] } satisfies ChipEvidence),
    ok("the chip is of an expired card", { ...CHIP, expired: true } satisfies ChipEvidence),
    error("nobody lays a card on the reader for a long time", "chip-card.no-card"),
    error("the card is taken away too soon", "chip-card.removed"),
    error("the chip does not answer", "chip-card.mute"),
    error("another card lies on the reader", "chip-card.key-refused"),
    error("the card has no chip that can be read", "chip-card.not-a-document"),
    error("the chip's answers are not authentic", "chip-card.secure-messaging"),
    error("the chip card reader does not work"),
    inDoubt("the chip card reader cannot tell what it did"),
    defect,
  ],
  lookUp: ({ operation }, tested) => {
    const name = String(operation);
    const shape = Object.hasOwn(QUERIES, name) ? QUERIES[name as QueryName].result : undefined;
    return [
      ...(shape === undefined ? [] : samples(shape, tested)).map((value) =>
        ok(`${name} answers${shown(value, tested)}`, value),
      ),
      error(`${name} does not answer`, "common.deadline"),
      ok(`${name} answers in a form that nobody promised`, null),
      inDoubt(`${name} cannot tell`),
      defect,
    ];
  },
  submit: ({ operation }) => {
    const name = String(operation);
    const shape = Object.hasOwn(SUBMISSIONS, name) ? SUBMISSIONS[name as SubmissionName].result : undefined;
    return [
      ok(`${name} is done`, one(shape) ?? null),
      ok(`${name} answers in a form that nobody promised`, null),
      error(`${name} is refused`, "common.bad-input"),
      inDoubt(`it is not known whether ${name} was done`),
      defect,
    ];
  },
  charge: ({ amount }) => [
    { meaning: "approved", words: "the card is charged", output: done(sale("approved", amount)) },
    { meaning: "declined", words: "the card is declined", output: done(sale("declined", amount)) },
    error("the terminal charges nothing and says so"),
    inDoubt("the terminal cannot tell whether it charged"),
    defect,
  ],
  refund: () => [
    ok("the money is given back", undefined),
    error("the terminal refuses to give the money back"),
    inDoubt("it is not known whether the money was given back"),
    defect,
  ],
  print: () => [
    ok("the paper comes out", { printed: 1, confirmed: true } satisfies PrintResult),
    {
      meaning: "unconfirmed",
      words: "the printer cannot confirm the paper",
      output: done({ printed: 1, confirmed: false }),
    },
    {
      meaning: "retracted",
      words: "the printer takes the paper back",
      output: done({ printed: 1, confirmed: true, presented: "retracted" } satisfies PrintResult),
    },
    error("the printer prints nothing"),
    inDoubt("it is not known whether the paper came out"),
    defect,
  ],
  incident: () => [{ meaning: "ok", words: "the incident is recorded", output: { number: "INC-1" } }, defect],
  settle: () => [{ meaning: "ok", words: "the journal is told", output: undefined }, defect],
};

function sale(status: SaleResult["status"], amount: unknown): SaleResult {
  return {
    status,
    responseCode: status === "approved" ? "00" : "01",
    amount: typeof amount === "number" ? amount : 0,
    ticket: "T1",
    authorizationCode: "1",
    last4: "0000",
    operationNumber: "1",
  };
}

/** The values by which conditions tell answers apart, and lists that are empty. */
function shown(answer: Json, tested: Tested): string {
  const compared = [...tested.keys()].map(
    (place) => `${place} ${JSON.stringify(valueAt({ answer }, ["answer", ...place.split(".")]))}`,
  );
  const empty = Object.entries(answer ?? {}).filter(([, value]) => Array.isArray(value) && value.length === 0);
  const told = [...compared, ...empty.map(([name]) => `${name} empty`)];
  return told.length === 0 ? "" : `: ${told.join(", ")}`;
}
