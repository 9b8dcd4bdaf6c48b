import type { DELIVERY_STATES, Intent, Locale, PAYMENT_PROMPTS } from "../../base/contracts/view.ts";
import type { ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { PaymentPrompt, SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { PrintProgress } from "../../drivers/receipt-printer/interface.ts";
import type { IncidentRecord, JourneyPorts, JourneyResult, Json } from "./ports.ts";

/** What a journey knows of the kiosk that it runs on. */
export type Site = {
  /** The kiosk's name, printed on papers. */
  readonly kiosk: string;
  readonly place: string;
  /** Marks every paper DOCUMENTO DE DEMOSTRACIÓN: the institutions behind the gateway are simulated. */
  readonly demo: boolean;
};

export type JourneyInput = {
  readonly ports: JourneyPorts;
  readonly site: Site;
  readonly locale: Locale;
  /** Local wall-clock time of the kiosk, ISO 8601 without zone; printed on incident papers. */
  readonly startedAt: string;
};

export type JourneyOutput = { readonly result: JourneyResult };

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** How the journey ends and which page says so: a `finish` step's name or one of the library's pages. */
export type Ending = { readonly result: JourneyResult; readonly page: string };

export type JourneyContext = JourneyInput & {
  /** What each step brought, by the step's name; `identity` for the step of that kind. */
  readonly data: { readonly [step: string]: Json };
  /** The pages that the citizen went through, by step: the way of "back". */
  readonly trail: readonly string[];
  /** Set while an answer is changed from the review: pages that still hold are passed over on the way back to it. */
  readonly changing: { readonly review: string; readonly from: string } | null;
  /** How often each effect was begun, by its base name: the number in its name. */
  readonly effects: { readonly [base: string]: number };

  /** What belongs to the page that is open: cleared when a step is entered. */
  readonly problem: string | null;
  readonly draft: string;
  readonly attempts: number;
  /** The cédula that was scanned, while its chip is asked whether it is true. */
  readonly card: CedulaReading | null;
  /** How far its chip has been read, 0 to 100; `null`: no card lies on the reader. */
  readonly chipRead: number | null;

  readonly prompt: (typeof PAYMENT_PROMPTS)[number];
  readonly sale: SaleResult | null;
  readonly prints: readonly DeliveryState[];
  readonly progress: PrintProgress | null;
  /** Whether the citizen has the document, on paper or on the phone. */
  readonly delivered: boolean;
  readonly link: { readonly url: string; readonly code: string } | null;
  readonly notes: readonly string[];

  readonly incident: IncidentRecord | null;
  readonly incidentNumber: string | null;
  readonly ending: Ending | null;
  /** The citizen has gone: what must still be done is done, and nothing more is shown. */
  readonly alone: boolean;
};

export type JourneyEvent =
  | Intent
  /** The citizen left or walked away. Sent only in states tagged `citizen`. */
  | { readonly type: "ABANDON" }
  | { readonly type: "CHIP_PROGRESS"; readonly progress: ChipProgress }
  | { readonly type: "PAYMENT_PROMPT"; readonly prompt: PaymentPrompt | "resolving" }
  | { readonly type: "PRINT_PROGRESS"; readonly progress: PrintProgress };

/**
 * `citizen`: waits for the citizen, under the session's idle time. `busy`: waits for a port, under its own `after`; the
 * citizen cannot leave. `finished`: the last page.
 */
export type JourneyTag = "citizen" | "busy" | "finished";

export function initialContext(input: JourneyInput): JourneyContext {
  return {
    ...input,
    data: {},
    trail: [],
    changing: null,
    effects: {},
    problem: null,
    draft: "",
    attempts: 0,
    card: null,
    chipRead: null,
    prompt: "connecting",
    sale: null,
    prints: [],
    progress: null,
    delivered: false,
    link: null,
    notes: [],
    incident: null,
    incidentNumber: null,
    ending: null,
    alone: false,
  };
}
