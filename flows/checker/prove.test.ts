import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import type { ReadService } from "../compiler/compile.ts";
import { readSource, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { edited } from "../testing/seeds/edit.ts";
import { holdingFrom } from "../testing/seeds/holding.ts";
import { seedsFrom } from "../testing/seeds/seeds.ts";
import { type Refusal, RULES } from "./proof.ts";
import { proveDefinition, proveService, type Verdict } from "./prove.ts";

const BONO = await readSource(join(SERVICES_DIRECTORY, "fonasa/bono-atencion"));
const CERTIFICATE = await readSource(join(SERVICES_DIRECTORY, "srcei/certificado-nacimiento"));
const RECLAMO = await readSource(join(SERVICES_DIRECTORY, "chileatiende/reclamo"));
const CONTACT = await readSource(join(SERVICES_DIRECTORY, "chileatiende/solicitud-contacto"));
const HOUR = await readSource(join(SERVICES_DIRECTORY, "../testing/examples/chileatiende/hora"));
const WITH_FINGER = await readSource(join(SERVICES_DIRECTORY, "../testing/examples/srcei/nacimiento-con-huella"));
const DECLARATION = await readSource(
  join(SERVICES_DIRECTORY, "../testing/examples/chileatiende/declaracion-domicilio"),
);
const [TURN, STATUS] = (await Promise.all(
  ["turno", "estado-tramite"].map((name) => readSource(join(SERVICES_DIRECTORY, "chileatiende", name))),
)) as [typeof BONO, typeof BONO];
const SOURCES = {
  ...{ bono: BONO, certificate: CERTIFICATE, contact: CONTACT, turn: TURN, status: STATUS },
  declaration: DECLARATION,
};
const SEEDS = seedsFrom(SOURCES);

/** A refusal as an author reads it; the line by the name of the step that stands there, so that other lines may come and go. */
function asRead({ file, line, path, rule, state, problem, remedy, way }: Refusal, { service }: ReadService): string {
  expect(file).toMatch(/service\.yaml$/);
  expect(line).toBeGreaterThan(0);
  const { steps } = service.definition;
  const place = path.replace(/^steps\.(\d+)/, (_, index) => `steps.${steps[Number(index)]?.id}`);
  return [place, problem, remedy, `${rule} ${state}`, ...way].join("\n");
}

function verdictOn(source: typeof BONO): Verdict {
  return assertOk(proveDefinition(source), "the definition");
}

describe("a service that holds", () => {
  test.each([
    [BONO, 200],
    [CERTIFICATE, 200],
    [CONTACT, 200],
    [RECLAMO, 200],
    [TURN, 25],
    [HOUR, 100],
    [WITH_FINGER, 200],
    [STATUS, 100],
    [DECLARATION, 500],
  ])("$0.service.name", (source, least) => {
    const { refusals, states, events } = verdictOn(source);
    expect(refusals).toEqual([]);
    expect(states).toBeGreaterThan(least);
    expect(events).toBeGreaterThan(states);
  });

  test.each(holdingFrom(SOURCES))("$name, which comes close to what is refused", ({ service }) => {
    expect(assertOk(proveService(service), "the service").refusals).toEqual([]);
  });
});

describe("a bad service that one rule alone refuses: to weaken that rule would let it through", () => {
  test.each(SEEDS)("$rule: $name", ({ rule, service }) => {
    const { refusals } = assertOk(proveService(service), "the seed");
    expect(new Set(refusals.map((refusal) => refusal.rule))).toEqual(new Set([rule]));
    expect(refusals.map((refusal) => asRead(refusal, service))).toMatchSnapshot();
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

  test("an author who asks for Spanish reads problem, remedy and way in Spanish, and nothing else changes", () => {
    const source = edited(CERTIFICATE, [
      "service",
      "    typed: true\n",
      "    typed: true\n    at-least: document-scanned\n",
    ]);
    const [english, spanish] = (["en", "es"] as const).map(
      (language) => assertOk(proveDefinition(source, language), "the definition").refusals,
    );
    const bare = (refusals = english) => refusals?.map(({ rule, line, state, way }) => [rule, line, state, way.length]);
    expect(bare(spanish)).toEqual(bare(english));
    expect(spanish?.[0]).toMatchObject({
      problem: '"identify" exige al menos document-scanned, y deja pasar a alguien que es declared',
      remedy: "Quite esa forma del paso, o exija menos.",
    });
    expect(spanish?.[0]?.way[0]).toBe('start: la persona aprieta "Continuar"');
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
