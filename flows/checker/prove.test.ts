import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { readSource, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { edited, seedsFrom } from "../testing/seeds.ts";
import { RULES } from "./proof.ts";
import { proveDefinition, proveService, type Verdict } from "./prove.ts";

const BONO = await readSource(join(SERVICES_DIRECTORY, "fonasa/bono-atencion"));
const CERTIFICATE = await readSource(join(SERVICES_DIRECTORY, "srcei/certificado-nacimiento"));
const SEEDS = seedsFrom({ bono: BONO, certificate: CERTIFICATE });

function verdictOn(source: typeof BONO): Verdict {
  return assertOk(proveDefinition(source), "the definition");
}

describe("a service that holds", () => {
  test.each([BONO, CERTIFICATE])("$service.name", (source) => {
    const { refusals, states, events } = verdictOn(source);
    expect(refusals).toEqual([]);
    expect(states).toBeGreaterThan(200);
    expect(events).toBeGreaterThan(states);
  });
});

describe("a bad service that one rule alone refuses: to weaken that rule would let it through", () => {
  test.each(SEEDS)("$rule: $name", ({ rule, service }) => {
    const { refusals } = assertOk(proveService(service), "the seed");
    expect(new Set(refusals.map((refusal) => refusal.rule))).toEqual(new Set([rule]));
    for (const refusal of refusals) {
      expect(refusal.file).toMatch(/service\.yaml$/);
      expect(refusal.line).toBeGreaterThan(0);
      expect(refusal.problem).not.toBe("");
      expect(refusal.remedy).not.toBe("");
    }
  });

  test("there is one for every rule", () => {
    expect(new Set(SEEDS.map(({ rule }) => rule))).toEqual(new Set(RULES));
  });
});

describe("what an author did not think of", () => {
  test("two payments in a row: refused, with the way on which the citizen is charged twice", () => {
    const again = '  - id: again\n    kind: pay\n    amount: "{{quote.copago}}"\n\n  - id: bono\n';
    const source = edited(
      BONO,
      ["service", "  - id: bono\n", again],
      ["es", "\nprestaciones:\n", "\nagain:\n  title: Pague otra vez\n\nprestaciones:\n"],
      ["en", "\nprestaciones:\n", "\nagain:\n  title: Pay again\n\nprestaciones:\n"],
    );
    const twice = verdictOn(source).refusals.find(({ rule }) => rule === "money.charged-twice");
    expect(twice).toMatchObject({
      file: expect.stringMatching(/bono-atencion\/service\.yaml$/),
      line: source.service.text.split("\n").indexOf("  - id: again") + 1,
      state: "again.charging",
    });
    expect(twice?.way.slice(-3)).toEqual([
      "quote: fonasa.quote answers: copago 1000",
      "review: the citizen presses the button that confirms",
      "pay: the card is charged",
    ]);
  });

  test("a look-up between payment and bono: paid for nothing, with the way", () => {
    const lookUp = "  - id: again\n    kind: look-up\n    operation: fonasa.prestaciones\n\n  - id: bono\n";
    const source = edited(
      BONO,
      ["service", "  - id: bono\n", lookUp],
      ["es", "\nprestaciones:\n", "\nagain:\n  title: Un momento\n  body: Espere.\n\nprestaciones:\n"],
      ["en", "\nprestaciones:\n", "\nagain:\n  title: One moment\n  body: Please wait.\n\nprestaciones:\n"],
    );
    const { refusals } = verdictOn(source);
    expect(refusals.map(({ rule }) => rule)).toEqual(["money.paid-for-nothing"]);
    expect(refusals[0]?.way.slice(-5)).toEqual([
      "pay: the card is charged",
      "again: fonasa.prestaciones does not answer",
      'again: the citizen presses "Terminar"',
      "ending: the journal is told",
      'ending: the citizen presses "Terminar"',
    ]);
  });

  test("a way that only a condition opens is walked: who pays more is charged a second time", () => {
    const source = edited(
      BONO,
      [
        "service",
        "  - id: bono\n",
        '  - id: dear\n    kind: decide\n    cases:\n      - { if: "quote.total - quote.bonus > 5000", go: again }\n    next: bono\n\n  - id: again\n    kind: pay\n    amount: "{{quote.copago}}"\n\n  - id: bono\n',
      ],
      ["es", "\nprestaciones:\n", "\nagain:\n  title: Pague otra vez\n\nprestaciones:\n"],
      ["en", "\nprestaciones:\n", "\nagain:\n  title: Pay again\n\nprestaciones:\n"],
    );
    expect(verdictOn(source).refusals.map(({ rule }) => rule)).toContain("money.charged-twice");
  });
});
