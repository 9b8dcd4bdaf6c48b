import { describe, expect, test } from "vitest";
import type { Intent } from "../../base/contracts/view.ts";
import { assertOk } from "../../base/result.ts";
import { newServiceFiles } from "../cli/new-service.ts";
import { filesOf, sourceOf } from "../node/package-source.ts";
import { mistakesOf } from "../testing/both-languages.ts";
import { TestKiosk } from "../testing/kiosk.ts";
import { compileService } from "./compile.ts";
import { usedParts } from "./parts.ts";
import { type DefinitionError, whereInWords } from "./source.ts";

type Files = { readonly [name: string]: string; readonly "service.yaml": string };

const PHONE = `part: contact
parameters:
  whose: { type: value }
  reason: { type: text, default: Es para responderle. }
  length: { type: choice, of: [20, 40], default: 20 }
exits: [none]
steps:
  - id: phone
    kind: ask
    input: phone
    optional: true

  - id: sort
    kind: decide
    cases:
      - { if: "not known(phone.value)", go: none }
      - { if: "with.whose == 'x'", go: out }

  - id: name
    kind: ask
    input: text
    max: "{{with.length}}"
texts:
  es:
    phone: { title: "¿Su teléfono?", why: "{{with.reason}}" }
    name: { title: "¿Quién contesta en el {{phone.value}}?", hint: "Usted es {{with.whose}}." }
  en:
    phone: { title: Your phone?, why: "{{with.reason}}" }
    name: { title: "Who answers at {{phone.value}}?", hint: "You are {{with.whose}}." }
`;

const USE = `  - id: contact
    kind: part
    use: contact
    with: { whose: question.value }
    exits: { none: done }
`;

type Edit = readonly [file: string, before: string, after: string];

/** The new service with steps of a part before its last page, edited. */
function files(...edits: readonly Edit[]): Files {
  const made = newServiceFiles("municipalidad", "permiso", "x.json");
  const service = made["service.yaml"] ?? "";
  const all: { [name: string]: string; "service.yaml": string } = {
    ...made,
    "service.yaml": service.replace("    optional: true\n", `    max: 20\n\n${USE}`),
    "part.contact.yaml": PHONE,
  };
  for (const [name, before, after] of edits) {
    if (!all[name]?.includes(before)) throw new Error(`the test's text is not there: ${before}`);
    all[name] = all[name].replace(before, () => after);
  }
  return all;
}

const stepsOf = (all: Files) => assertOk(compileService(sourceOf(all)), "the service").definition.steps;

function mistakes(all: Files): readonly DefinitionError[] {
  return mistakesOf(sourceOf(all));
}

test("a part's steps stand in the place of its use, under its name", () => {
  expect(stepsOf(files()).map(({ id }) => id)).toEqual([
    ...["start", "question", "contact-phone", "contact-sort", "contact-name", "done"],
  ]);
});

test("ways out lead where the service says, or to the step below", () => {
  const [, , , sort, name] = stepsOf(files());
  expect(sort).toMatchObject({ cases: [{ go: "done" }, { go: "done" }] });
  expect(name).toMatchObject({ next: "done", max: 20 });
});

const typed = (value: string): Intent => ({ type: "SUBMIT", value });

async function atName(all: Files): Promise<TestKiosk> {
  const kiosk = new TestKiosk([assertOk(compileService(sourceOf(all)), "the service")]);
  await kiosk.open("municipalidad/permiso");
  await kiosk.act("CONTINUE", typed("Ana"));
  expect(kiosk.view.screen).toMatchObject({ title: { text: "¿Su teléfono?" }, why: { text: "Es para responderle." } });
  await kiosk.act(typed("9 1234 5678"));
  return kiosk;
}

test("a part's texts read its own steps, and what it is given", async () => {
  expect((await atName(files())).view.screen).toMatchObject({
    title: { text: "¿Quién contesta en el +56912345678?" },
    hint: { text: "Usted es Ana." },
  });
});

test("a service writes texts of a part anew", async () => {
  const kiosk = await atName(
    files(
      ["texts.es.yaml", "done:", "contact-name:\n  title: ¿Quién es?\n\ndone:"],
      ["texts.en.yaml", "done:", "contact-name:\n  title: Who is it?\n\ndone:"],
    ),
  );
  expect(kiosk.view.screen).toMatchObject({ title: { text: "¿Quién es?" }, hint: { text: "Usted es Ana." } });
});

test("whoever takes a way out of a part goes where the service says", async () => {
  const kiosk = new TestKiosk([assertOk(compileService(sourceOf(files())), "the service")]);
  await kiosk.open("municipalidad/permiso");
  await kiosk.act("CONTINUE", typed("Ana"), "SKIP");
  expect(kiosk.screen).toBe("finish nothing-done municipalidad/permiso/done.title");
});

const TWICE = USE.replace("id: contact", "id: other").replace("question.value", "contact-name.value");

test("a part stands twice in a service, each time with what it is given there", () => {
  const conditions = stepsOf(files(["service.yaml", USE, `${USE}\n${TWICE}`])).flatMap((step) =>
    step.kind === "decide" ? [step.cases.map((one) => one.if.source)] : [],
  );
  expect(conditions).toEqual([
    ["not known(contact-phone.value)", "question.value == 'x'"],
    ["not known(other-phone.value)", "contact-name.value == 'x'"],
  ]);
});

const OUTER = `part: outer
parameters:
  whose: { type: value }
  long: { type: choice, of: [20, 40] }
steps:
  - id: first
    kind: ask
    input: text
  - id: inner
    kind: part
    use: contact
    with: { whose: with.whose, length: "{{with.long}}", reason: "Por {{first.value}}." }
    exits: { none: out }
texts:
  es:
    first: { title: "¿Qué?" }
    inner-phone: { title: "¿Otro teléfono?" }
  en:
    first: { title: What? }
    inner-phone: { title: Another phone? }
`;

/** The part within another one. */
const nested = () => ({
  ...files(
    ["service.yaml", "use: contact\n    with: {", "use: outer\n    with: { long: 40,"],
    ["service.yaml", "    exits: { none: done }\n", ""],
  ),
  "part.outer.yaml": OUTER,
});

test("a part uses another, and hands on what it is given", () => {
  const all = nested();
  const [, , first, phone, sort, name] = stepsOf(all);
  expect([first?.id, phone?.id]).toEqual(["contact-first", "contact-inner-phone"]);
  expect(sort).toMatchObject({ cases: [{ go: "done" }, { if: { source: "question.value == 'x'" }, go: "done" }] });
  expect(name).toMatchObject({ id: "contact-inner-name", max: 40, next: "done" });
});

test("a service leads to the first step of a part by the name of its use", () => {
  const [start] = stepsOf(files(["service.yaml", "kind: inform\n", "kind: inform\n    next: contact\n"]));
  expect(start).toMatchObject({ next: "contact-phone" });
});

type InPart = [why: string, file: string, problem: string, ...Edit[]];
type InUse = [why: string, problem: string, ...Edit[]];

describe("is refused with the places of both files", () => {
  test.each<InPart>([
    [
      "a step that cannot be",
      "part.contact.yaml",
      '"inpt" is not a known key',
      ["part.contact.yaml", "input: phone", "input: phone\n    inpt: x"],
    ],
    [
      "a way that leads nowhere",
      "part.contact.yaml",
      'no step "nobody" in the part',
      ["part.contact.yaml", "go: none", "go: nobody"],
    ],
    [
      "a name of the service",
      "part.contact.yaml",
      'nothing called "question"',
      ["part.contact.yaml", "known(phone", "known(question"],
    ],
    [
      "a name of the service in a text",
      "part.contact.yaml",
      'nothing called "question"',
      ["part.contact.yaml", "{{phone.value}}", "{{question.value}}"],
    ],
    [
      "a parameter that there is not",
      "part.contact.yaml",
      'no parameter "who"',
      ["part.contact.yaml", "Usted es {{with.whose}}", "Usted es {{with.who}}"],
    ],
    [
      "a text that is formatted",
      "part.contact.yaml",
      '"reason" is no value',
      ["part.contact.yaml", "{{with.reason}}", "{{with.reason | run}}"],
    ],
    [
      "a text in a field of a step",
      "part.contact.yaml",
      '"reason" is a text',
      ["part.contact.yaml", "{{with.length}}", "{{with.reason}}"],
    ],
    [
      "a choice in a condition",
      "part.contact.yaml",
      '"length" is a choice',
      ["part.contact.yaml", "with.whose ==", "with.length =="],
    ],
    [
      "a value that does not exist",
      "part.contact.yaml",
      'nothing called "ask" is known here',
      ["service.yaml", "question.value", "ask.value"],
    ],
    [
      "a text that is missing",
      "part.contact.yaml",
      'text "contact-phone.title" is missing',
      ["part.contact.yaml", 'title: "¿Su teléfono?", ', ""],
    ],
    [
      "a text that nobody says",
      "part.contact.yaml",
      'no step says "contact-nome.title"',
      ["part.contact.yaml", '    name: { title: "¿', '    nome: { title: x }\n    name: { title: "¿'],
    ],
    [
      "a sentence that is too long",
      "part.contact.yaml",
      "words, at most 15",
      ["service.yaml", "question.value }", `question.value, reason: "${"uno ".repeat(16)}" }`],
    ],
    ["no YAML", "part.contact.yaml", "second colon", ["part.contact.yaml", "part: contact", "part: contact: x"]],
    [
      "a text that is none",
      "part.contact.yaml",
      "here stands no text: 5",
      ["part.contact.yaml", "title: Your phone?", "title: 5"],
    ],
    [
      "a name that is taken",
      "part.contact.yaml",
      '"out" is taken in the part',
      ["part.contact.yaml", "id: name", "id: out"],
    ],
    [
      "another name than its file's",
      "part.contact.yaml",
      'the file is called "contact"',
      ["part.contact.yaml", "part: contact", "part: kontact"],
    ],
  ])("%s", (_why, file, problem, ...edits) => {
    const found = mistakes(files(...edits));
    expect(found.map((one) => one.problem)).toContainEqual(expect.stringContaining(problem));
    const line = files(...edits)
      ["service.yaml"]?.split("\n")
      .findIndex((text) => text.includes("id: contact"));
    for (const one of found.filter((each) => each.problem.includes(problem)))
      expect(one).toMatchObject({
        file,
        usedIn: [{ file: "service.yaml", line: Number(line) + 1 }],
        remedy: expect.stringMatching(/./),
      });
  });

  test("the line of the part is that of the mistake", () => {
    const [mistake] = mistakes(files(["part.contact.yaml", "go: none", "go: nobody"]));
    expect(mistake === undefined ? "" : whereInWords(mistake)).toMatch(
      /^part\.contact\.yaml:16, used in service\.yaml:18$/,
    );
  });

  test("a mistake in a part within a part names every use", () => {
    const all = nested();
    const broken = { ...all, "part.contact.yaml": PHONE.replace("go: none", "go: nobody") };
    expect(mistakes(broken)[0]).toMatchObject({
      file: "part.contact.yaml",
      usedIn: [
        { file: "part.outer.yaml", line: 9 },
        { file: "service.yaml", line: 18 },
      ],
    });
  });
});

describe("where a part is used", () => {
  test.each<InUse>([
    ["a part that there is not", 'there is no part "contacto"', ["service.yaml", "use: contact", "use: contacto"]],
    [
      "a part called like what every object has",
      'no part "constructor"',
      ["service.yaml", "use: contact", "use: constructor"],
    ],
    ["a parameter that it does not take", 'takes no "who"', ["service.yaml", "with: { whose", "with: { who: x, whose"]],
    ["a parameter that is missing", 'needs "whose"', ["service.yaml", "with: { whose: question.value }", "with: {}"]],
    [
      "a value between braces",
      '"whose" is not the name of a value',
      ["service.yaml", "question.value }", '"{{question.value}}" }'],
    ],
    [
      "a choice that there is not",
      '"length" is none of what it may be: 30',
      ["service.yaml", "question.value }", "question.value, length: 30 }"],
    ],
    [
      "a text that is a number",
      '"reason" is no text',
      ["service.yaml", "question.value }", "question.value, reason: 5 }"],
    ],
    [
      "a text without one language",
      '"reason" has no text in "en"',
      ["service.yaml", "question.value }", "question.value, reason: { es: x } }"],
    ],
    [
      "a language that there is not",
      '"reason" has a language "fr"',
      ["service.yaml", "question.value }", "question.value, reason: { es: x, en: x, fr: x } }"],
    ],
    ["a way out that is missing", 'has a way out "none"', ["service.yaml", "    exits: { none: done }\n", ""]],
    ["a way out that there is not", 'has no way out "some"', ["service.yaml", "exits: {", "exits: { some: done,"]],
    ["a target that does not exist", 'no step "end"', ["service.yaml", "none: done", "none: end"]],
    [
      "a field that does not exist",
      '"given" is not a known key',
      ["service.yaml", "    use: contact", "    use: contact\n    given: x"],
    ],
    [
      "a text written anew in one language",
      'written anew in "es" and not here',
      ["texts.es.yaml", "done:", "contact-name:\n  title: x\n\ndone:"],
    ],
    [
      "a name that another step has",
      'two steps are called "contact-name"',
      ["service.yaml", "id: question", "id: contact-name"],
      ["service.yaml", "question.value", "contact-name.value"],
    ],
  ])("%s is refused, with a remedy", (_why, problem, ...edits) => {
    const found = mistakes(files(...edits));
    expect(found.map((one) => one.problem)).toContainEqual(expect.stringContaining(problem));
    for (const one of found)
      expect(one).toMatchObject({ line: expect.any(Number), remedy: expect.stringMatching(/./) });
  });
});

describe("what nobody uses is told", () => {
  test.each<InUse>([
    [
      "a parameter",
      'nothing in the part reads "more"',
      ["part.contact.yaml", "parameters:", "parameters:\n  more: { type: text, default: x }"],
    ],
    [
      "a way out",
      'no step of the part leads to "some"',
      ["part.contact.yaml", "[none]", "[none, some]"],
      ["service.yaml", "exits: {", "exits: { some: done,"],
    ],
  ])("%s", (_what, problem, ...edits) => {
    expect(mistakes(files(...edits)).map((one) => one.problem)).toEqual([expect.stringContaining(problem)]);
  });

  test("a part beside the service; those of all services may wait for one that uses them", () => {
    const spare = PHONE.replace("part: contact", "part: spare");
    const source = sourceOf({ ...files(), "part.spare.yaml": spare });
    expect(compileService(source)).toMatchObject({
      ok: false,
      error: [{ file: "part.spare.yaml", problem: 'no step uses the part "spare"' }],
    });
    const shared = { ...source.parts, spare: { name: "parts/spare.yaml", text: spare, shared: true } };
    expect(compileService({ ...source, parts: shared })).toMatchObject({ ok: true });
  });
});

test("a part that uses itself is refused with the circle, and one that leads there is too", () => {
  const uses = (name: string, use: string) =>
    `part: ${name}\nsteps:\n  - { id: again, kind: part, use: ${use} }\ntexts: {}\n`;
  const all = {
    ...files(),
    "part.contact.yaml": uses("contact", "b"),
    "part.b.yaml": uses("b", "c"),
    "part.c.yaml": uses("c", "contact"),
  };
  const plain = { ...all, "service.yaml": all["service.yaml"].replace(/ {4}(?:with|exits): .*\n/g, "") };
  expect(mistakes(plain)).toEqual([
    expect.objectContaining({
      ...{ file: "part.c.yaml", line: 3, problem: 'the part "contact" uses itself: contact → b → c → contact' },
      usedIn: [
        { file: "part.b.yaml", line: 3 },
        { file: "part.contact.yaml", line: 3 },
        { file: "service.yaml", line: 18 },
      ],
    }),
  ]);
});

test("parts that double and double again are refused in bounded time and room", () => {
  const level = (at: number) =>
    at === 0
      ? "part: p0\nsteps: [{ id: s, kind: inform }]\n"
      : `part: p${at}\nsteps: [{ id: a, kind: part, use: p${at - 1} }, { id: b, kind: part, use: p${at - 1} }]\n`;
  const parts = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`part.p${at}.yaml`, level(at)]));
  const all = {
    ...files(),
    ...parts,
    "part.contact.yaml": "part: contact\nsteps: [{ id: a, kind: part, use: p29 }]\n",
  };
  const plain = { ...all, "service.yaml": all["service.yaml"].replace(/ {4}(?:with|exits): .*\n/g, "") };
  expect(mistakes(plain).map(({ problem }) => problem)).toContain("there are more than 500 steps");
});

test("a package has the parts that the service uses, through others too, and no more", () => {
  const source = sourceOf(nested());
  const shared = Object.fromEntries(
    Object.entries(source.parts ?? {}).map(([name, file]) => [name, { ...file, shared: true }]),
  );
  const spare = { name: "parts/spare.yaml", text: "part: [", shared: true };
  const all = { ...source, parts: { ...shared, spare } };
  expect(usedParts(all)).toEqual(["contact", "outer"]);
  expect(filesOf(all)).toEqual(nested());
  expect(compileService(sourceOf(filesOf(all)))).toMatchObject({ ok: true });
});
