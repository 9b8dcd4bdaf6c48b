import { assign } from "xstate";
import type { Screen } from "../../base/contracts/view.ts";
import { assertOk } from "../../base/result.ts";
import type { RuleName } from "../checker/proof.ts";
import { type ReadService, readService } from "../compiler/compile.ts";
import type { JourneyView } from "../compiler/compiled.ts";
import type { ServiceSource } from "../compiler/source.ts";
import { DELAYS } from "../engine/delays.ts";
import { journey } from "../engine/journey.ts";
import { endWith } from "../steps/moves.ts";

/** A bad service that exactly one rule refuses: without that rule it would reach citizens. */
export type Seed = { readonly rule: RuleName; readonly name: string; readonly service: ReadService };

type Part = "service" | "es" | "en";
type Edit = readonly [part: Part, before: string, after: string];

/** `source` with every `before` replaced once. */
export function edited(source: ServiceSource, ...edits: readonly Edit[]): ServiceSource {
  const texts = { ...source.texts };
  let { service } = source;
  for (const [part, before, after] of edits) {
    const file = part === "service" ? service : texts[part];
    if (!file?.text.includes(before)) throw new Error(`the seed's text is not there: ${before}`);
    const changed = { ...file, text: file.text.replace(before, () => after) };
    if (part === "service") service = changed;
    else texts[part] = changed;
  }
  return { ...source, service, texts };
}

function read(source: ServiceSource): ReadService {
  return assertOk(readService(source), "the seed");
}

/** What a step's machine is made of, as far as seeds spoil it. */
type Config = { [name: string]: unknown };

/** The service with one state of its machine spoilt. @param path e.g. `pay.charging`; empty: the whole journey. */
function spoilt(source: ServiceSource, path: string, spoil: (state: Config) => Config): ReadService {
  const { service, files } = read(source);
  const at = (state: Config, [name, ...rest]: readonly string[]): Config => {
    if (name === undefined || name === "") return spoil(state);
    const states = state.states as { [name: string]: Config };
    return { ...state, states: { ...states, [name]: at(states[name] ?? {}, rest) } };
  };
  const config = at(service.machine.config as unknown as Config, path.split("."));
  return {
    files,
    service: { ...service, machine: journey.createMachine(config as never) as unknown as typeof service.machine },
  };
}

/** The service with one page spoilt. */
function drawn(source: ServiceSource, page: (view: JourneyView) => JourneyView): ReadService {
  const { service, files } = read(source);
  return { files, service: { ...service, view: (snapshot) => page(service.view(snapshot)) } };
}

function onPage<K extends Screen["kind"]>(
  kind: K,
  change: (screen: Extract<Screen, { kind: K }>, view: JourneyView) => Partial<JourneyView>,
): (view: JourneyView) => JourneyView {
  return (view) =>
    view.screen.kind === kind && view.mode !== "busy"
      ? { ...view, ...change(view.screen as Extract<Screen, { kind: K }>, view) }
      : view;
}

const invoke = (state: Config, change: Config): Config => ({
  ...state,
  invoke: { ...(state.invoke as Config), ...change },
});
const branches = (state: Config): Config[] => (state.invoke as { onDone: Config[] }).onDone;

const nothingDone = endWith({ result: "nothing-done", page: "not-paid" });
const LOOP = { tags: "busy", after: { 1000: "round" } };
const EMPTY_ES = `  empty-title: No hay lugares para esa atención
  empty-body:
    - FONASA no muestra lugares para esa atención.
    - Puede volver y elegir otra atención.
`;
const between = (kind: string, texts: string): Edit[] => [
  ["service", "  - id: bono\n", `  - id: between\n    ${kind}\n\n  - id: bono\n`],
  ["es", "\nprestaciones:\n", `\nbetween:\n${texts}\nprestaciones:\n`],
  ["en", "\nprestaciones:\n", `\nbetween:\n${texts}\nprestaciones:\n`],
];
const long = Array.from({ length: 31 }, (_, index) => `    - Frase número ${index + 1}.\n`).join("");
const EMPTY_EN = / {2}empty-title: [^\n]*\n {2}empty-body:\n(?: {4}- [^\n]*\n)+/g;

/** The texts of the page that says that there are no providers. */
function emptyEnOf({ texts }: ServiceSource): string {
  return [...(texts.en?.text.matchAll(EMPTY_EN) ?? [])].at(1)?.[0] ?? "";
}

type Sources = { readonly bono: ServiceSource; readonly certificate: ServiceSource };
type ByDefinition = readonly [RuleName, string, ServiceSource, ...Edit[]];
type BySpoiling = readonly [RuleName, string, ReadService];

/** Bad as written: what an author could do. */
const definitions = ({ bono, certificate }: Sources): readonly ByDefinition[] => [
  [
    "ends.empty-list",
    "a list that may be empty",
    bono,
    ["service", "    must-have: providers\n", ""],
    ["es", EMPTY_ES, ""],
    ["en", emptyEnOf(bono), ""],
  ],
  ["ends.unreachable-step", "a page that nothing leads to", bono, ["service", "go: tramo-a", "go: not-beneficiary"]],
  [
    "ends.case-never-taken",
    "a case whose answers an earlier case takes",
    bono,
    ["service", "is: A, go: tramo-a }", "is: A, go: tramo-a }\n      - { path: tramo, is: A, go: not-beneficiary }"],
  ],
  [
    "ends.case-never-taken",
    "a condition that nothing fulfils",
    bono,
    [
      "service",
      "  - id: prestaciones\n",
      "  - id: sort\n    kind: decide\n    cases:\n      - { if: \"affiliation.tramo == 'A'\", go: tramo-a }\n\n  - id: prestaciones\n",
    ],
  ],
  [
    "ends.bad-call",
    "a way round quote and payment",
    bono,
    ["service", "    when:\n", "    when:\n      - { path: isapre, is: Banmédica, go: bono }\n"],
  ],
  [
    "help.no-way-back",
    "a page between payment and bono",
    bono,
    ...between("kind: inform", "  title: Un momento\n  body: Ya pagó.\n"),
  ],
  [
    "data.no-consent",
    "consent after the look-up",
    bono,
    ["service", "    kind: identify\n", "    kind: identify\n    next: affiliation\n"],
    ["service", "    kind: consent\n", "    kind: consent\n    next: prestaciones\n"],
    ["service", "    operation: fonasa.affiliation\n", "    next: consent\n    operation: fonasa.affiliation\n"],
  ],
  [
    "data.asked-twice",
    "the RUN asked after the cédula",
    certificate,
    ["service", "  - id: use\n", "  - id: run\n    kind: ask\n    input: run\n\n  - id: use\n"],
    ["es", "\nuse:\n", "\nrun:\n  title: ¿Cuál es su RUN?\n\nuse:\n"],
    ["en", "\nuse:\n", "\nrun:\n  title: What is your RUN?\n\nuse:\n"],
  ],
  [
    "texts.too-long",
    "a page that nobody reads",
    certificate,
    ["es", "  needs:\n", `  needs:\n${long}`],
    ["en", "  needs:\n", `  needs:\n${long}`],
  ],
  [
    "devices.undeclared",
    "pages on a kiosk without a page printer",
    bono,
    [
      "service",
      "      - { name: voucher,",
      "      - { name: pages, paper: a4, extra: true }\n      - { name: voucher,",
    ],
    ["es", "    voucher:", "    pages: Hoja\n    voucher:"],
    ["en", "    voucher:", "    pages: Page\n    voucher:"],
  ],
  ["devices.undeclared", "a terminal that is not declared", bono, ["service", "payment-terminal, ", ""]],
  ["devices.undeclared", "a required chip without its reader", bono, ["service", "chip: offered", "chip: required"]],
  [
    "devices.unneeded",
    "a reader for a chip that is only offered, which would keep kiosks without one from serving",
    bono,
    ["service", "[code-reader,", "[code-reader, chip-card-reader,"],
  ],
  [
    "devices.unneeded",
    "a terminal that nobody needs",
    certificate,
    ["service", "[code-reader,", "[code-reader, payment-terminal,"],
  ],
];

/** Bad as built: what a fault in the step library could do. */
const spoiltMachines = ({ bono, certificate }: Sources): readonly BySpoiling[] => [
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
    "ends.silent-end",
    "a last page without a word",
    drawn(
      bono,
      onPage("finish", (screen) => ({ screen: { ...screen, body: [] } })),
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
    "money.delivery-claimed",
    "a paper that nobody has seen called delivered",
    spoilt(certificate, "certificate.checking", (state) => ({ ...state, entry: assign({ delivered: true }) })),
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
    "a title that the library lacks",
    drawn(
      bono,
      onPage("survey", (screen) => ({ screen: { ...screen, title: { id: "common/survey.ask", text: "survey.ask" } } })),
    ),
  ],
];

/** Seeds for every rule, made from the two services that come with the kiosk. */
export const seedsFrom = (sources: Sources): readonly Seed[] => [
  ...definitions(sources).map(([rule, name, source, ...edits]) => ({
    rule,
    name,
    service: read(edited(source, ...edits)),
  })),
  ...spoiltMachines(sources).map(([rule, name, service]) => ({ rule, name, service })),
];
