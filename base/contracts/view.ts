import { z } from "zod";
import { attachmentHashSchema } from "./attachment.ts";

/**
 * What a citizen sees, hears and can do now, as plain data. Journeys produce it, the runtime publishes it, every shell
 * draws it. It holds only what is on the screen at this moment.
 */

/** A text in the citizen's language. `id` names the text, and its recording, in every language. */
export const textSchema = z.strictObject({ id: z.string(), text: z.string() });
export type Text = z.infer<typeof textSchema>;

const optionSchema = z.strictObject({
  id: z.string(),
  label: textSchema,
  detail: textSchema.optional(),
  /** Integer pesos. */
  price: z.number().int().optional(),
});
export type Option = z.infer<typeof optionSchema>;

export const serviceCardSchema = z.strictObject({
  id: z.string(),
  institution: textSchema,
  name: textSchema,
  summary: textSchema,
  price: textSchema,
  icon: z.enum(["health", "certificate", "document", "money", "help"]),
  /** A service that cannot be given now stays in sight, with the reason and where to go. */
  unavailable: textSchema.optional(),
  /** What one should know before beginning, e.g. that it is sent later. */
  notice: textSchema.optional(),
});
export type ServiceCard = z.infer<typeof serviceCardSchema>;

export const INPUT_KINDS = ["text", "email", "number", "run", "phone", "money", "date"] as const;

export const PAYMENT_PROMPTS = [
  "connecting",
  "present-card",
  "confirm-amount",
  "choose-instalments",
  "enter-pin",
  "sending",
  "choose-card-type",
  "operate-card",
  "choose-account",
  "working",
  "resolving",
] as const;

/** What a citizen may leave behind. */
export const THINGS = ["id-card", "card", "paper", "phone"] as const;

export const DELIVERY_STATES = ["waiting", "working", "done", "failed", "unconfirmed"] as const;

const title = { title: textSchema };
const body = { body: z.array(textSchema) };

/** Where the runtime gives out the pictures that a citizen scanned, by their hash, until the session ends. */
export const PAPERS_PATH = "/papers/";

/** What happens at the document scanner: nothing yet, it waits for the paper, it has it. */
export const SCANNER_STATES = ["ready", "insert", "scanning"] as const;

/** What the hand does at the fingerprint reader: lay the finger on, hold it still, lift it; `compare`: it may go. */
export const FINGER_HANDS = ["lay", "hold", "lift", "compare"] as const;

export const screenSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("attract"), ...title, call: textSchema }),
  z.strictObject({ kind: z.literal("services"), ...title, services: z.array(serviceCardSchema) }),
  z.strictObject({
    kind: z.literal("out-of-service"),
    ...title,
    ...body,
    /** What still works here, and where else to go. */
    works: z.array(textSchema),
    elsewhere: z.array(textSchema),
  }),
  z.strictObject({
    kind: z.literal("inform"),
    ...title,
    ...body,
    needs: z.array(textSchema),
    price: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("identify"),
    ...title,
    ...body,
    problem: textSchema.optional(),
    /** Whether "type my RUN instead" is offered. */
    typed: z.boolean(),
    /** Whether to log in with ClaveÚnica on the phone instead is offered. */
    phone: z.boolean(),
    /** Why another way is not offered today. */
    notice: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("phone-login"),
    ...title,
    /** What to do, one after the other. */
    steps: z.array(textSchema),
    /** What to do when something is not as it should be. */
    note: textSchema.optional(),
    /** The QR and its link's short form, until a phone has opened it. No personal data. */
    link: z.strictObject({ qr: z.string(), code: z.string() }).optional(),
    /** The phone asks for this number, so that nobody logs in for a kiosk that they do not see. */
    number: z.string(),
    numberLabel: textSchema,
  }),
  z.strictObject({
    kind: z.literal("tap-card"),
    ...title,
    ...body,
    /** What the hand does now. */
    instruction: textSchema,
    /** How far the chip has been read, in per cent; absent while no card lies on the reader. */
    progress: z.number().int().min(0).max(100).optional(),
    problem: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("place-finger"),
    ...title,
    ...body,
    hand: z.enum(FINGER_HANDS),
    /** The same in words. */
    instruction: textSchema,
    problem: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("consent"),
    ...title,
    ...body,
    institution: textSchema,
    purpose: textSchema,
    data: z.array(textSchema),
    ifRefused: textSchema,
  }),
  z.strictObject({
    kind: z.literal("ask"),
    ...title,
    hint: textSchema.optional(),
    why: textSchema.optional(),
    /** What can be shown to the code reader instead of typing; absent while nothing can. */
    show: textSchema.optional(),
    input: z.enum(INPUT_KINDS),
    /** What was typed before; it is kept when it was wrong. A date is day, month and year with dashes: `17-05-1980`. */
    value: z.string(),
    maxLength: z.number().int(),
    optional: z.boolean(),
    problem: textSchema.optional(),
  }),
  /** Papers of the citizen's, page by page. */
  z.strictObject({
    kind: z.literal("scan-pages"),
    ...title,
    hint: textSchema.optional(),
    why: textSchema.optional(),
    state: z.enum(SCANNER_STATES),
    /** What the hand does now, or how many pages there are. */
    instruction: textSchema,
    /** In their order. `picture` is where the kiosk gives it out, until the session ends. */
    pages: z.array(z.strictObject({ id: attachmentHashSchema, label: textSchema, picture: z.string() })),
    /** Labels of the intents besides "back". */
    actions: z.array(z.strictObject({ intent: z.enum(["SCAN", "CONTINUE", "SKIP"]), label: textSchema })),
    /** The label of the button that takes a page out. */
    remove: textSchema,
    problem: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("choose"),
    ...title,
    hint: textSchema.optional(),
    options: z.array(optionSchema),
    selected: z.string().optional(),
    problem: textSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("choose-many"),
    ...title,
    hint: textSchema.optional(),
    /** How many may be chosen. */
    instruction: textSchema,
    options: z.array(optionSchema),
    chosen: z.array(z.string()),
    problem: textSchema.optional(),
  }),
  /** One page of what the citizen is about to sign, as it will be signed. */
  z.strictObject({
    kind: z.literal("sign"),
    ...title,
    ...body,
    /** Which page this is, and of how many. */
    page: textSchema,
    /** Why a way to sign is not offered today. */
    notice: textSchema.optional(),
    /** Labels of the intents besides "back": the next page, and on the last one the ways to sign. */
    actions: z.array(z.strictObject({ intent: z.enum(["CONTINUE", "CONFIRM", "USE_PHONE"]), label: textSchema })),
  }),
  z.strictObject({ kind: z.literal("waiting"), ...title, ...body }),
  z.strictObject({
    kind: z.literal("review"),
    ...title,
    rows: z.array(z.strictObject({ id: z.string(), label: textSchema, value: z.string(), changeable: z.boolean() })),
    /** Integer pesos. */
    total: z.number().int().optional(),
    action: textSchema,
  }),
  z.strictObject({
    kind: z.literal("pay"),
    ...title,
    /** Integer pesos. */
    amount: z.number().int(),
    prompt: z.enum(PAYMENT_PROMPTS),
    instruction: textSchema,
  }),
  z.strictObject({
    kind: z.literal("deliver"),
    ...title,
    items: z.array(z.strictObject({ id: z.string(), label: textSchema, state: z.enum(DELIVERY_STATES) })),
    instruction: textSchema,
  }),
  z.strictObject({
    kind: z.literal("hand-off"),
    ...title,
    ...body,
    /** The QR's content: a one-use link, never personal data. */
    qr: z.string(),
    /** The same link's short form for people who type it. */
    code: z.string(),
  }),
  z.strictObject({
    kind: z.literal("problem"),
    ...title,
    ...body,
    /** Labels of the intents that are enabled, in order of preference. */
    actions: z.array(
      z.strictObject({ intent: z.enum(["RETRY", "CONTINUE", "BACK", "USE_PHONE", "FINISH"]), label: textSchema }),
    ),
  }),
  /** A place in a queue or an hour: what is called out or shown at the counter, large. */
  z.strictObject({
    kind: z.literal("turn"),
    ...title,
    ...body,
    number: z.strictObject({ label: textSchema, value: z.string() }),
    facts: z.array(z.strictObject({ id: z.string(), label: textSchema, value: z.string() })),
    /** A page for the phone; its link holds no personal data. */
    qr: z.string(),
    /** The short form of what the QR leads to, for people who read or type it. */
    code: z.string(),
  }),
  /** Where a case of the citizen stands. */
  z.strictObject({
    kind: z.literal("status"),
    ...title,
    /** The state in plain words, then what is next and who must act. */
    ...body,
    timeline: z.array(
      z.strictObject({
        id: z.string(),
        label: textSchema,
        /** The day as people read it; absent: not yet. */
        date: z.string().optional(),
        state: z.enum(["done", "current", "pending"]),
      }),
    ),
    /** Labels of the intents besides "back", in order of preference. */
    actions: z.array(z.strictObject({ intent: z.enum(["CONTINUE", "CONFIRM", "RETRY"]), label: textSchema })),
    problem: textSchema.optional(),
  }),
  /** A person was called. */
  z.strictObject({
    kind: z.literal("help-called"),
    ...title,
    ...body,
    state: z.enum(["waiting", "coming"]),
    actions: z.array(z.strictObject({ intent: z.enum(["CONTINUE", "FINISH"]), label: textSchema })),
  }),
  z.strictObject({
    kind: z.literal("survey"),
    ...title,
    /** The Chilean school scale: 1 worst, 7 best. */
    scale: z.strictObject({ from: z.literal(1), to: z.literal(7), low: textSchema, high: textSchema }),
  }),
  z.strictObject({
    kind: z.literal("finish"),
    ...title,
    ...body,
    /** `waiting`: it will be done when the network is back. */
    result: z.enum(["delivered", "refunded", "nothing-done", "incident", "waiting"]),
    reference: z.strictObject({ label: textSchema, value: z.string() }).optional(),
    /** Things that the citizen must not leave behind; `thing` names the picture beside the words. */
    take: z.array(textSchema.extend({ thing: z.enum(THINGS).optional() })),
    qr: z.string().optional(),
  }),
]);
export type Screen = z.infer<typeof screenSchema>;
export type ScreenKind = Screen["kind"];

/** What lies over the screen. The journey below stands still for as long as it does. */
export const overlaySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("still-there"), ...title, ...body }),
  z.strictObject({ kind: z.literal("help"), ...title, ...body }),
  z.strictObject({ kind: z.literal("confirm-leave"), ...title, ...body }),
]);
export type Overlay = z.infer<typeof overlaySchema>;

export const LOCALES = ["es", "en"] as const;
export type Locale = (typeof LOCALES)[number];

export const intentSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("START") }),
  z.strictObject({ type: z.literal("SET_LOCALE"), locale: z.enum(LOCALES) }),
  z.strictObject({ type: z.literal("OPEN_SERVICE"), service: z.string().max(100) }),
  z.strictObject({ type: z.literal("CONTINUE") }),
  z.strictObject({ type: z.literal("BACK") }),
  /** Ends the session; asks first when something would be lost. */
  z.strictObject({ type: z.literal("LEAVE") }),
  z.strictObject({ type: z.literal("STAY") }),
  z.strictObject({ type: z.literal("ACCEPT") }),
  z.strictObject({ type: z.literal("REFUSE") }),
  z.strictObject({ type: z.literal("TYPE_RUN") }),
  z.strictObject({ type: z.literal("USE_PHONE") }),
  z.strictObject({ type: z.literal("SUBMIT"), value: z.string().max(200) }),
  z.strictObject({ type: z.literal("SELECT"), option: z.string().max(100) }),
  /** Everything that was chosen of a list from which several can be. */
  z.strictObject({ type: z.literal("CHOOSE"), options: z.array(z.string().max(100)).max(100) }),
  /** Scans one more page. */
  z.strictObject({ type: z.literal("SCAN") }),
  /** Takes a scanned page out. */
  z.strictObject({ type: z.literal("REMOVE"), page: attachmentHashSchema }),
  z.strictObject({ type: z.literal("CHANGE"), row: z.string().max(100) }),
  z.strictObject({ type: z.literal("CONFIRM") }),
  z.strictObject({ type: z.literal("RETRY") }),
  z.strictObject({ type: z.literal("SKIP") }),
  z.strictObject({ type: z.literal("FINISH") }),
  z.strictObject({ type: z.literal("MORE_TIME") }),
  z.strictObject({ type: z.literal("HELP") }),
  z.strictObject({ type: z.literal("CLOSE_HELP") }),
]);
export type Intent = z.infer<typeof intentSchema>;
export type IntentType = Intent["type"];

export const sessionViewSchema = z.strictObject({
  screen: screenSchema,
  overlay: overlaySchema.optional(),
  /** The intents that are accepted now; every other is refused. */
  intents: z.array(z.string()),
  locale: z.enum(LOCALES),
  locales: z.array(z.strictObject({ id: z.enum(LOCALES), name: z.string() })),
  /** What is spoken, in order. It is made from the same data as the screen. */
  audio: z.array(textSchema),
  /** Milliseconds from the publication of this state until the kiosk acts by itself; absent while it must not hurry. */
  deadlineIn: z.number().int().nonnegative().optional(),
  /** Where in the service the citizen is, e.g. 2 of 6. */
  step: z.strictObject({ current: z.number().int(), total: z.number().int() }).optional(),
  /** Name of the open service. */
  service: textSchema.optional(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
