import type { ServiceSource } from "../../compiler/source.ts";
import { between, type Edit } from "./edit.ts";
import type { ByDefinition, Sources } from "./sources.ts";

const EMPTY_ES = `  empty-title: No hay lugares para esa atención
  empty-body:
    - FONASA no muestra lugares para esa atención.
    - Puede volver y elegir otra atención.
`;
const CHOICE = "  title: Elija\n  options:\n    one: Uno\n    two: Dos\n";
const REVIEW = "  title: Revise\n  action: Seguir\n  rows:\n    run: RUN\n";
const long = Array.from({ length: 31 }, (_, index) => `    - Frase número ${index + 1}.\n`).join("");
const EMPTY_EN = / {2}empty-title: [^\n]*\n {2}empty-body:\n(?: {4}- [^\n]*\n)+/g;

/** The texts of the page that says that there are no providers. */
function emptyEnOf({ texts }: ServiceSource): string {
  return [...(texts.en?.text.matchAll(EMPTY_EN) ?? [])].at(1)?.[0] ?? "";
}

/** The slip of what waits, to the end of the file. */
const RECEIPT_OF_WAITING = /slip-waiting:[\s\S]*/;

/** Title and body of the last page of what waits. */
function waitingTexts({ texts }: ServiceSource, locale: "es" | "en"): string {
  return / {2}waiting-title:[^\n]*\n {2}waiting:\n(?: {4}- [^\n]*\n)+/.exec(texts[locale]?.text ?? "")?.[0] ?? "";
}

/** What the step that identifies says besides. */
const identifiedBy = (more: string): Edit => ["service", "    kind: identify\n", `    kind: identify\n    ${more}\n`];

/** Asks an institution for a list, of nobody. */
const KNOWN = "  - id: known\n    kind: look-up\n    operation: fonasa.prestaciones\n\n";

/** Bad as written: what an author could do. */
export const definitions = ({ bono, certificate, contact, status, declaration }: Sources): readonly ByDefinition[] => [
  [
    "ends.off-line-stuck",
    "a consent that is not kept while the network is away",
    contact,
    ["service", "kind: consent\n    off-line: wait", "kind: consent"],
  ],
  [
    "ends.off-line-stuck",
    "a look-up in a service that is said to work off line",
    contact,
    ["service", "  - id: review\n", `${KNOWN}  - id: review\n`],
    ["es", "\nreview:\n", "\nknown:\n  title: Un momento\n  body: Espere.\n\nreview:\n"],
    ["en", "\nreview:\n", "\nknown:\n  title: One moment\n  body: Please wait.\n\nreview:\n"],
  ],
  [
    "ends.off-line-stuck",
    "a look-up behind a card that must be shown",
    contact,
    ["service", "    typed: true\n", ""],
    ["service", "  - id: review\n", `${KNOWN}  - id: review\n`],
    ["es", "\nreview:\n", "\nknown:\n  title: Un momento\n  body: Espere.\n\nreview:\n"],
    ["en", "\nreview:\n", "\nknown:\n  title: One moment\n  body: Please wait.\n\nreview:\n"],
  ],
  [
    "ends.off-line-stuck",
    "a request that the kiosk may not keep",
    contact,
    ["service", "    off-line: wait\n    input:", "    input:"],
    ["service", "received: slip, waiting: slip-waiting", "received: slip"],
    ["receipts", RECEIPT_OF_WAITING, ""],
  ],
  [
    "texts.waiting-untold",
    "a last page that calls received what waits",
    contact,
    ["receipts", "say: done.waiting", "say: done.body"],
    ...(["es", "en"] as const).map((part): Edit => [part, waitingTexts(contact, part), ""]),
  ],
  [
    "texts.waiting-untold",
    "a last page without the number of what waits",
    contact,
    ["service", '    reference: "{{request.reference}}"\n', ""],
    ["es", "  reference: Número de solicitud\n", ""],
    ["en", "  reference: Request number\n", ""],
  ],
  [
    "texts.waiting-paper",
    "a slip of what waits without its number",
    contact,
    ["receipts", '"{{request.reference}}", align: center, bold: true }', "PENDIENTE, align: center }"],
  ],
  [
    "ends.empty-list",
    "a list that may be empty",
    bono,
    ["service", "    must-have: providers\n", ""],
    ["es", EMPTY_ES, ""],
    ["en", emptyEnOf(bono), ""],
  ],
  [
    "ends.empty-list",
    "a list of which several may be chosen, and that may be empty",
    certificate,
    [
      "service",
      "  - id: review\n",
      `${KNOWN}  - id: several\n    kind: choose\n    many: { min: 0, max: 3 }\n    options:\n      from: "{{known.prestaciones}}"\n      id: "{{item.code}}"\n      label: "{{item.name}}"\n\n  - id: review\n`,
    ],
    ["es", "\nreview:\n", "\nknown:\n  title: Un momento\n  body: Espere.\n\nseveral:\n  title: Elija\n\nreview:\n"],
    [
      "en",
      "\nreview:\n",
      "\nknown:\n  title: One moment\n  body: Please wait.\n\nseveral:\n  title: Choose\n\nreview:\n",
    ],
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
    "ends.bad-call",
    "a request for which the telephone may be left out",
    contact,
    ["service", "    input: phone\n", "    input: phone\n    optional: true\n"],
    [
      "service",
      / {4}rows:\n[\s\S]*?(?= {2}- id: request\n)/,
      '    rows:\n      - { id: topic, value: "{{topic.label}}", change: topic }\n\n',
    ],
    ["es", / {4}(run|phone): [^\n]*\n/g, ""],
    ["en", / {4}(run|phone): [^\n]*\n/g, ""],
  ],
  [
    "ends.bad-call",
    "a look-up by an answer that may be left out",
    contact,
    ["service", "off-line: true\n", ""],
    [
      "service",
      "  - id: consent\n",
      '  - id: code\n    kind: ask\n    input: text\n    optional: true\n\n  - id: known\n    kind: look-up\n    operation: fonasa.providers\n    input: { prestacion: "{{code.value}}" }\n\n  - id: consent\n',
    ],
    ["es", "\nreview:\n", "\ncode:\n  title: Código\n\nknown:\n  title: Un momento\n  body: Espere.\n\nreview:\n"],
    ["en", "\nreview:\n", "\ncode:\n  title: Code\n\nknown:\n  title: One moment\n  body: Please wait.\n\nreview:\n"],
  ],
  [
    "ends.unreachable-step",
    "a decision that nothing leads to",
    bono,
    [
      "service",
      "  - id: not-beneficiary\n",
      "  - id: sort\n    kind: decide\n    cases:\n      - { if: \"site.startedAt > '2000-01-01'\", go: tramo-a }\n\n  - id: not-beneficiary\n",
    ],
  ],
  [
    "ends.case-never-taken",
    "a case for an answer that never is empty",
    bono,
    ["service", "    when:\n", "    when:\n      - { path: active, is: null, go: not-beneficiary }\n"],
  ],
  [
    "help.no-way-back",
    "a page between payment and bono",
    bono,
    ...between("kind: inform", "  title: Un momento\n  body: Ya pagó.\n"),
  ],
  [
    "help.no-way-back",
    "a question between payment and bono",
    bono,
    ...between("kind: ask\n    input: text", "  title: Un dato más\n"),
  ],
  [
    "help.no-way-back",
    "a choice between payment and bono",
    bono,
    ...between("kind: choose\n    options: [one, two]", CHOICE),
  ],
  [
    "help.no-way-back",
    "a choice of several between payment and bono",
    bono,
    ...between("kind: choose\n    options: [one, two]\n    many: { min: 1, max: 2 }", CHOICE),
  ],
  [
    "help.no-way-back",
    "a review between payment and bono",
    bono,
    ...between('kind: review\n    rows:\n      - { id: run, value: "{{identity.run | run}}" }', REVIEW),
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
    "data.no-consent",
    "cases shown before the consent",
    status,
    ["part", "steps:\n", "exits: [later]\nsteps:\n"],
    ["part", "    kind: identify\n", "    kind: identify\n    next: out\n"],
    ["part", "    kind: consent\n", "    kind: consent\n    next: later\n"],
    ["service", "    use: identify-and-consent\n", "    use: identify-and-consent\n    exits: { later: more }\n"],
    ["service", "    kind: status\n", "    kind: status\n    next: person-consent\n"],
  ],
  [
    "data.assurance",
    "a RUN that anybody can type where a card is demanded",
    certificate,
    ["service", "    typed: true\n", "    typed: true\n    at-least: document-scanned\n"],
  ],
  [
    "ends.case-never-taken",
    "a day on which the question's own limit lets nobody answer",
    certificate,
    [
      "service",
      "  - id: use\n",
      "  - id: since\n    kind: ask\n    input: date\n    from: today\n\n  - id: sort\n    kind: decide\n    cases:\n      - { if: since.value < site.startedAt, go: consent }\n\n  - id: use\n",
    ],
    ["es", "\nuse:\n", "\nsince:\n  title: ¿Desde qué día?\n\nuse:\n"],
    ["en", "\nuse:\n", "\nsince:\n  title: From which day on?\n\nuse:\n"],
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
    ["service", "    prints:\n", "    prints:\n      - { name: pages, paper: a4, extra: true }\n"],
    ["es", "  prints:\n", "  prints:\n    pages: Hoja\n"],
    ["en", "  prints:\n", "  prints:\n    pages: Page\n"],
  ],
  ["devices.undeclared", "a terminal that is not declared", bono, ["service", "payment-terminal, ", ""]],
  ["devices.undeclared", "a required chip without its reader", bono, identifiedBy("chip: required")],
  ["devices.undeclared", "a required finger without its reader", bono, identifiedBy("finger: required")],
  [
    "devices.unneeded",
    "a reader for a finger that is only offered",
    bono,
    identifiedBy("finger: offered"),
    ["service", "[code-reader,", "[code-reader, fingerprint-reader,"],
  ],
  [
    "ends.off-line-stuck",
    "a finger that nobody can compare while the network is away",
    contact,
    ["service", "    typed: true\n", "    finger: required\n"],
    ["service", "[code-reader,", "[code-reader, fingerprint-reader,"],
  ],
  [
    "ends.off-line-stuck",
    "ClaveÚnica, which nobody reaches while the network is away, as the only way",
    contact,
    ["service", "    typed: true\n", "    by: [clave-unica]\n"],
    ["service", "[code-reader, receipt-printer]", "[receipt-printer]"],
  ],
  [
    "data.assurance",
    "a finger that is only offered where one is demanded",
    bono,
    identifiedBy("finger: offered\n    at-least: finger-verified"),
  ],
  [
    "devices.unneeded",
    "a reader for a chip that is only offered, which would keep kiosks without one from serving",
    bono,
    identifiedBy("chip: offered"),
    ["service", "[code-reader,", "[code-reader, chip-card-reader,"],
  ],
  [
    "devices.unneeded",
    "a terminal that nobody needs",
    certificate,
    ["service", "[code-reader,", "[code-reader, payment-terminal,"],
  ],
  [
    "devices.undeclared",
    "a signature by the chip alone without its reader",
    declaration,
    ["service", "with: [cedula, clave-unica]", "with: [cedula]"],
  ],
  [
    "signing.unidentified",
    "a signature of whoever typed a RUN",
    declaration,
    ["service", "    at-least: document-scanned\n", "    typed: true\n"],
  ],
];
