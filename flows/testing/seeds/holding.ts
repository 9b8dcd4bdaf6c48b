import type { ReadService } from "../../compiler/compile.ts";
import type { ServiceSource } from "../../compiler/source.ts";
import { between, type Edit, edited, read } from "./edit.ts";
import { ANNEX, anotherTurn, issuing, PAGE, put, titled } from "./small.ts";
import { prepare, type Sources } from "./sources.ts";
import { spoilt, without } from "./spoil.ts";

/** A service that comes close to a bad one: a rule that refuses it is too strict. */
export type Holding = { readonly name: string; readonly service: ReadService };

const ABOUT = "Son muchas palabras en una sola frase de este texto. Y aquí hay otra frase más de este texto.";
const OPTIONS = ["one", "two", "three", "four", "five"];

/** Five choices of some twenty words each, and a page with as many rows. */
const LONG_LISTS = `  - id: about
    kind: choose
    options: [${OPTIONS.join(", ")}]

  - id: review
    kind: review
    rows:
${OPTIONS.map((id) => `      - { id: ${id}, value: "{{about.label}}" }\n`).join("")}
`;
const LONG_TEXTS = `about:
  title: Elija
  options:
${OPTIONS.map((id) => `    ${id}: ${ABOUT}\n`).join("")}
review:
  title: Revise
  action: Seguir
  rows:
${OPTIONS.map((id) => `    ${id}: ${ABOUT}\n`).join("")}
`;
const CHILDREN = `  - id: child
    kind: ask
    input: run
    about: other

  - id: other-child
    kind: ask
    input: run
    about: other

`;
const ONCE_MORE = `  - id: mail
    kind: ask
    input: email
    optional: true

  - id: sort
    kind: decide
    cases:
      - { if: known(mail.value), go: ticket }
    next: again

  - id: again
    kind: ask
    input: email

`;
const READ_ON = "  - id: page\n    kind: inform\n\n";
const RECEIVED = `  - id: sort
    kind: decide
    cases:
      - { if: "request.state == 'received'", go: page }
    next: done

${READ_ON}`;

const PAGE_TEXTS = "page:\n  title: Gracias\n  body: Ya está.\n\n";

/** Services that no rule may refuse, made from those that come with the kiosk. */
export function holdingFrom(sources: Sources): readonly Holding[] {
  const { bono, contact, turn, declaration } = prepare(sources);
  const written: readonly (readonly [string, ServiceSource, ...Edit[]])[] = [
    ["options and rows of more words than a page may have", turn, ...put("ticket", LONG_LISTS, LONG_TEXTS)],
    [
      "two questions about others",
      turn,
      ...put("ticket", CHILDREN, "child:\n  title: Uno\n\nother-child:\n  title: Otro\n\n"),
    ],
    [
      "a question once more for whoever has passed it over",
      turn,
      ...put("ticket", ONCE_MORE, "mail:\n  title: Correo\n\nagain:\n  title: Correo\n\n"),
    ],
    ["a page behind a turn, which nobody can go back from", turn, ...put("done", READ_ON, PAGE_TEXTS)],
    ["two turns", turn, ...put("done", anotherTurn("second"), titled("second"))],
    ["a document of two papers", issuing(turn, PAGE + ANNEX, "    annex: Anexo\n")],
    ["a survey between payment and bono", bono, ...between("kind: survey", "  title: ¿Cómo va?\n")],
    [
      "a signature by card or phone on a kiosk without a reader",
      declaration,
      ["service", "by: [cedula]", "by: [clave-unica]"],
      ["service", "[code-reader, receipt-printer]", "[receipt-printer]"],
    ],
  ];
  return [
    ...written.map(([name, source, ...edits]) => ({ name, service: read(edited(source, ...edits)) })),
    {
      name: "a page that only those come to whose request was received",
      service: spoilt(edited(contact, ...put("done", RECEIVED, PAGE_TEXTS)), "page.reading", without("BACK")),
    },
    { name: "a consent that can be refused", service: spoilt(contact, "consent.asking", without("BACK")) },
  ];
}
