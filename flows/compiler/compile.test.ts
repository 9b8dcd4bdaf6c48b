import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSource, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { mistakesOf } from "../testing/both-languages.ts";
import { compileService } from "./compile.ts";
import type { DefinitionError, ServiceSource } from "./source.ts";

const bono = await readSource(join(SERVICES_DIRECTORY, "fonasa/bono-atencion"));
const certificate = await readSource(join(SERVICES_DIRECTORY, "srcei/certificado-nacimiento"));

type Part = "service" | "receipts" | "es" | "en";

/** What is said about the definition `source` when `before` in one of its files is `after`. */
function mistakes(source: ServiceSource, part: Part, before: string, after: string): readonly DefinitionError[] {
  const file = part === "service" ? source.service : part === "receipts" ? source.receipts : source.texts[part];
  if (!file?.text.includes(before)) throw new Error(`the test's text is not there: ${before}`);
  const changed = { ...file, text: file.text.replace(before, after) };
  const all =
    part === "service"
      ? { ...source, service: changed }
      : part === "receipts"
        ? { ...source, receipts: changed }
        : { ...source, texts: { ...source.texts, [part]: changed } };
  return mistakesOf(all);
}

const CASES: readonly [name: string, ServiceSource, Part, before: string, after: string, problem: string][] = [
  ["broken YAML", bono, "service", "  - id: start", "  - id: [start", "a bracket is not closed"],
  ["a tab", bono, "service", "    kind: survey", "\tkind: survey", "begins with a tab"],
  ["a text with a colon", bono, "es", "name: ", "name: Nota: ", "a second colon"],
  ["an entry with a colon", bono, "es", "    - FONASA", "    - Nota: FONASA", 'here stands no text: {"Nota"'],
  ["a price of figures alone", bono, "es", "  price: ", "  price: 5000 #", "here stands no text: 5000"],
  ["a file in another encoding", bono, "es", "é", "\uFFFD", "a letter cannot be read"],
  ["a field that is nearly right", bono, "service", "amount:", "amont:", 'did you mean "amount"?'],
  ["a field that does not exist", bono, "service", "icon: health", "icon: health\nicons: x", "icons"],
  ["a step that does not exist", bono, "service", "kind: survey", "kind: poll", 'no step "poll"'],
  ["a target that does not exist", bono, "service", "go: tramo-a", "go: tramo-x", 'no step "tramo-x"'],
  ["two steps of one name", bono, "service", "id: prestacion\n", "id: review\n", 'two steps are called "review"'],
  ["a name of the library", bono, "service", "id: survey", "id: ending", "a name of the library"],
  [
    "an operation that does not exist",
    bono,
    "service",
    "fonasa.quote",
    "fonasa.quota",
    'unknown operation "fonasa.quota"',
  ],
  [
    "a field that the operation does not take",
    bono,
    "service",
    'quote: "{{quote',
    'quota: "{{quote',
    'takes no "quota"',
  ],
  ["a field that the operation needs", bono, "service", '        ticket: "{{pay.ticket}}"\n', "", 'needs "ticket"'],
  ["a placeholder that reads nothing", bono, "service", "{{quote.bonus |", "{{quote.bono |", 'has no "bono"'],
  [
    "a placeholder that comes too early",
    bono,
    "service",
    'input:\n      run: "{{identity.run}}"\n    when',
    'input:\n      run: "{{bono.folio}}"\n    when',
    'nothing called "bono"',
  ],
  [
    "an unknown formatter",
    bono,
    "service",
    "{{quote.total | money}}",
    "{{quote.total | euros}}",
    'unknown formatter "euros"',
  ],
  [
    "a case on a place that does not exist",
    bono,
    "service",
    "path: tramo, is: A",
    "path: tramos, is: A",
    'no "tramos"',
  ],
  [
    "a step that leads back",
    bono,
    "service",
    "    kind: survey",
    "    kind: survey\n    next: prestaciones",
    "leads back to itself",
  ],
  [
    "no way on",
    certificate,
    "service",
    '  - id: done\n    kind: finish\n    reference: "{{certificate.folio}}"\n    things: [paper, id-card]\n',
    "",
    "has no way on",
  ],
  [
    "a typed RUN beside a required chip",
    bono,
    "service",
    "chip: offered",
    "chip: required\n    typed: true",
    "goes round the chip",
  ],
  [
    "a typed RUN beside a required finger",
    bono,
    "service",
    "chip: offered",
    "finger: required\n    typed: true",
    "goes round the finger",
  ],
  [
    "a finger of whoever shows no card",
    bono,
    "service",
    "chip: offered",
    "by: [clave-unica]\n    finger: offered",
    "finger needs the cédula",
  ],
  [
    "a chip that is neither offered nor required",
    bono,
    "service",
    "chip: offered",
    "chip: maybe",
    'allowed: "no", "offered"',
  ],
  ["a change of what was never asked", bono, "service", "change: provider", "change: survey", "no page before"],
  ["a receipt that does not exist", bono, "service", "receipt: voucher", "receipt: vouchers", 'no receipt "vouchers"'],
  [
    "a receipt that nobody prints",
    bono,
    "receipts",
    "voucher:\n",
    "copy:\n  blocks: [{ type: rule }]\nvoucher:\n",
    'no step prints "copy"',
  ],
  ["a receipt that reads nothing", bono, "receipts", "{{bono.tramo}}", "{{bono.tramos}}", 'has no "tramos"'],
  ["an amount that is no number", bono, "service", '"{{quote.copago}}"\n\n', '"{{quote.quote}}"\n\n', "is no number"],
  [
    "a condition that compares what cannot be compared",
    bono,
    "service",
    "  - id: prestaciones\n",
    "  - id: sort\n    kind: decide\n    cases:\n      - { if: affiliation.tramo > 3, go: tramo-a }\n\n  - id: prestaciones\n",
    "compares numbers and dates, not a text",
  ],
  [
    "a condition that is not understood",
    bono,
    "service",
    "  - id: prestaciones\n",
    "  - id: sort\n    kind: decide\n    cases:\n      - { if: affiliation.active &, go: tramo-a }\n\n  - id: prestaciones\n",
    '"&" is not understood',
  ],
  ["a ticket without its receipt", bono, "service", ", receipt: voucher", "", "a ticket needs its receipt"],
  ["pages with a receipt", bono, "service", "receipt: voucher", "receipt: voucher, paper: a4", "pages have no receipt"],
  ["a condition on nothing", bono, "receipts", "when: pay.last4", "when: pay.last5", 'no "pay.last5"'],
  [
    "a text missing in one language",
    bono,
    "en",
    "  hint: Choose the one you were told.\n",
    "",
    '"prestacion.hint" is missing',
  ],
  ["a required text missing", bono, "es", "  action: Pagar\n", "", '"review.action" is missing'],
  [
    "a text that nobody says",
    bono,
    "es",
    "  action: Pagar\n",
    "  action: Pagar\n  acton: Pagar\n",
    'no step says "review.acton"',
  ],
  [
    "a placeholder in a text that reads nothing",
    bono,
    "es",
    "{{provider.name}}",
    "{{provider.nombre}}",
    'has no "nombre"',
  ],
  [
    "a sentence that is too long",
    bono,
    "es",
    "Espere un momento. No se vaya todavía.",
    "Espere un momento y no se vaya de aquí porque todavía tenemos que imprimir su bono completo.",
    "words, at most 15",
  ],
  [
    "an institution that does not fit the id",
    bono,
    "service",
    "institution: fonasa",
    "institution: srcei",
    "another institution",
  ],
];

describe("a definition with a mistake is refused, and the mistake is named with its line, in both languages", () => {
  test.each(CASES)("%s", (_name, source, part, before, after, problem) => {
    const found = mistakes(source, part, before, after);
    expect(found.map((error) => error.problem).join("\n")).toContain(problem);
    for (const error of found) {
      expect(error.file).toMatch(/\.yaml$/);
      expect(error.line).toBeGreaterThan(0);
      expect(error.remedy).not.toBe("");
    }
  });

  test("at the line where it stands", () => {
    const [error] = mistakes(bono, "service", "go: tramo-a", "go: tramo-x");
    const line = bono.service.text.split("\n").findIndex((text) => text.includes("go: tramo-a")) + 1;
    expect(error).toMatchObject({ line, path: "steps.3.when.1.go" });
  });

  test("a language without its file", () => {
    const { en: _en, ...texts } = bono.texts;
    const compiled = compileService({ ...bono, texts });
    expect(compiled).toMatchObject({ ok: false, error: [{ problem: "there is no texts.en.yaml" }] });
  });
});
