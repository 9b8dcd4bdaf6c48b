import type { ServiceSource } from "../../compiler/source.ts";
import { type Edit, edited } from "./edit.ts";

/** Services of very few states, made from the one that gives turns. */

/** Steps, with their texts, put before the step `before`. Their Spanish stands for both languages. */
export const put = (before: string, steps: string, texts: string): Edit[] => [
  ["service", `  - id: ${before}\n`, `${steps}  - id: ${before}\n`],
  ["es", `\n${before}:\n`, `\n${texts}${before}:\n`],
  ["en", `\n${before}:\n`, `\n${texts}${before}:\n`],
];

/** Steps in the place of the turn. */
export function instead(turn: ServiceSource, steps: string, texts: string): ServiceSource {
  return edited(
    turn,
    ["service", / {2}- id: ticket\n[\s\S]*?(?= {2}- id: done\n)/, steps],
    ["service", '    reference: "{{ticket.number}}"\n', ""],
    ...(["es", "en"] as const).flatMap((part): Edit[] => [
      [part, /ticket:\n[\s\S]*?(?=done:\n)/, texts],
      [part, / {2}reference: [^\n]*\n/, ""],
    ]),
  );
}

/** Texts of steps that have a title alone. */
export const titled = (...steps: readonly string[]) => steps.map((step) => `${step}:\n  title: Datos\n\n`).join("");

/** Who it is for is asked, and nobody is identified: what an institution tells of them nobody else has told. */
export const WHO = "  - id: who\n    kind: ask\n    input: run\n\n";

export const PAGE = "{ name: page, paper: a4 }";
export const ANNEX = ", { name: annex, paper: a4 }";
/** What a step `paper` says that issues them. @param annex the label of the second. */
export const paperTexts = (annex = "") =>
  `paper:\n  title: Documento\n  body: Espere.\n  deliver-title: Documento\n  prints:\n    page: Hoja\n${annex}\n`;

/** A birth certificate for whom nobody has identified, on pages. */
export const certificateOn = (prints: string) => `  - id: paper
    kind: issue
    operation: srcei.birth-certificate
    input: { run: "{{who.value}}", use: matricula }
    prints: [${prints}]
    document: "{{paper.folio}}"

`;

/** A service that issues a document. */
export function issuing(turn: ServiceSource, prints: string, annex = ""): ServiceSource {
  return onPages(instead(turn, WHO + certificateOn(prints), titled("who") + paperTexts(annex)));
}

/** The service on a kiosk that prints pages. */
export function onPages(service: ServiceSource): ServiceSource {
  return edited(service, ["service", "requires: []", "requires: [page-printer]"]);
}

export const anotherTurn = (id: string) => `  - id: ${id}\n    kind: turn\n    book: queue\n\n`;
