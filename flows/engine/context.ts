import type { Thumb } from "../../base/contracts/gateway.ts";
import type { DELIVERY_STATES, FINGER_HANDS, Intent, Locale, PAYMENT_PROMPTS } from "../../base/contracts/view.ts";
import type { ChipProgress } from "../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { PaymentPrompt, SaleResult } from "../../drivers/payment-terminal/interface.ts";
import type { PrintProgress } from "../../drivers/receipt-printer/interface.ts";
import type {
  FingerProgress,
  IncidentRecord,
  JourneyPorts,
  JourneyResult,
  Json,
  PaperProgress,
  PhoneProgress,
} from "./ports.ts";

/** What a journey knows of the kiosk that it runs on. */
export type Site = {
  /** The kiosk's name, printed on papers. */
  readonly kiosk: string;
  readonly place: string;
  /** Marks every paper DOCUMENTO DE DEMOSTRACIÓN: the institutions behind the gateway are simulated. */
  readonly demo: boolean;
};

/** What a step can offer where it is there, and go on without where it is not: somebody far away, or a scanner that not every kiosk has. */
export const FAR_WAYS = ["clave-unica", "finger", "scanner"] as const;
export type FarWay = (typeof FAR_WAYS)[number];

/** Who somebody has just proved to be, and how. */
export type Proof = {
  readonly run: string;
  readonly name?: string | undefined;
  /** How well it makes them known. */
  readonly by: "document-scanned" | "chip-verified" | "clave-unica";
  /** Names what proved it, once: the login at the gateway, or the reading of the chip. */
  readonly evidence?: string | undefined;
};

export type JourneyInput = {
  readonly ports: JourneyPorts;
  readonly site: Site;
  readonly locale: Locale;
  /** Local wall-clock time of the kiosk, ISO 8601 without zone; printed on incident papers. */
  readonly startedAt: string;
  /** Ways that could not be offered when the journey began: nobody answers there. */
  readonly away: readonly FarWay[];
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
  readonly changing: {
    readonly review: string;
    readonly from: string;
    /** Whether an answer is another one than the review showed: then the way to it leads forward only. */
    readonly touched: boolean;
  } | null;
  /** How often each effect was begun, by its base name: the number in its name. */
  readonly effects: { readonly [base: string]: number };

  /** What belongs to the page that is open: cleared when a step is entered. */
  readonly problem: string | null;
  readonly draft: string;
  /** Of an answer that is typed on several pages: what stands in each so far. */
  readonly parts: { readonly [part: string]: string };
  readonly attempts: number;
  /** The cédula that was scanned, while its chip is asked whether it is true. */
  readonly card: CedulaReading | null;
  /** How far its chip has been read, 0 to 100; `null`: no card lies on the reader. */
  readonly chipRead: number | null;
  /** The finger that is asked for, and what the reader last had the hand do. */
  readonly finger: { readonly thumb: Thumb; readonly hand: (typeof FINGER_HANDS)[number] };
  /** What is shown for the citizen's phone while they log in there. */
  readonly phone: (Extract<PhoneProgress, { step: "shown" }> & { readonly opened: boolean }) | null;
  readonly proof: Proof | null;

  /** What the open step has gathered so far: what an institution offers to choose from, and what was chosen of it. */
  readonly work: { readonly [name: string]: Json };

  readonly prompt: (typeof PAYMENT_PROMPTS)[number];
  readonly sale: SaleResult | null;
  readonly prints: readonly DeliveryState[];
  readonly progress: PrintProgress | null;
  /** Whether the citizen has the document, on paper or on the phone. */
  readonly delivered: boolean;
  /** A signature that is recorded, or may be, and of which the citizen has no receipt yet: its effect, and whether that is certain. */
  readonly unreceipted: { readonly effect: string; readonly recorded: boolean } | null;
  /** The citizen's request waits on this kiosk until the network is back. */
  readonly waiting: boolean;
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
  | { readonly type: "FINGER_PROGRESS"; readonly progress: FingerProgress }
  | { readonly type: "PHONE_PROGRESS"; readonly progress: PhoneProgress }
  | { readonly type: "PAPER_PROGRESS"; readonly progress: PaperProgress }
  | { readonly type: "PAYMENT_PROMPT"; readonly prompt: PaymentPrompt | "resolving" }
  | { readonly type: "PRINT_PROGRESS"; readonly progress: PrintProgress };

/**
 * `citizen`: waits for the citizen, under the session's idle time. `busy`: waits for a port, under its own `after`; the
 * citizen cannot leave. `finished`: the last page.
 */
export type JourneyTag = "citizen" | "busy" | "finished";

/** What belongs to the page that is open, when it has just been opened. */
export const OF_ONE_PAGE = {
  problem: null,
  draft: "",
  parts: {},
  attempts: 0,
  card: null,
  chipRead: null,
  finger: { thumb: "right-thumb", hand: "lay" },
  phone: null,
  proof: null,
  work: {},
} as const;

export function initialContext(input: JourneyInput): JourneyContext {
  return {
    ...input,
    data: {},
    trail: [],
    changing: null,
    effects: {},
    ...OF_ONE_PAGE,
    prompt: "connecting",
    sale: null,
    prints: [],
    progress: null,
    delivered: false,
    unreceipted: null,
    waiting: false,
    link: null,
    notes: [],
    incident: null,
    incidentNumber: null,
    ending: null,
    alone: false,
  };
}
