import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readSource, SERVICES_DIRECTORY } from "../node/load-services.ts";
import { receiptsSchema } from "../receipts/template.ts";
import { STEP_KINDS } from "../steps/library.ts";
import { englishIn, mistakesOf } from "../testing/both-languages.ts";
import { readService } from "./compile.ts";
import { frameSchema } from "./definition.ts";
import { issues } from "./issues.ts";
import { partSchema, partUseSchema } from "./part-schema.ts";
import { SPANISH } from "./schema-words.ts";
import { readYaml } from "./source.ts";

const bono = await readSource(join(SERVICES_DIRECTORY, "fonasa/bono-atencion"));

/** The first mistake when `before` is `after` in the service's file, in Spanish. */
function told(before: string, after: string): readonly string[] {
  expect(bono.service.text).toContain(before);
  const service = { ...bono.service, text: bono.service.text.replace(before, () => after) };
  mistakesOf({ ...bono, service });
  const read = readService({ ...bono, service }, "es");
  const [first] = read.ok ? [] : read.error;
  return first === undefined ? [] : [first.problem, first.remedy];
}

describe("an official who reads Spanish is told", () => {
  test("of a step that does not exist which there are", () => {
    expect(told("go: tramo-a", "go: tramo-x")).toEqual([
      'no hay un paso "tramo-x"',
      expect.stringMatching(/^Escriba uno de estos: start, .*tramo-a.*\.$/),
    ]);
  });

  test("of a name that is nearly right which one was meant", () => {
    const [problem] = told("icon: health", "icon: health\nicons: x");
    expect(problem).toMatch(
      /^"icons" no es un nombre que se use aquí; ¿quiso escribir "icon"\? \(se usan: id, version, /,
    );
  });

  test.each([
    ["id: prestacion\n", "id: Prestación\n", /^"id" es el texto "Prestación"; se acepta: minúsculas, cifras y guiones/],
    ["id: prestacion\n", "id: 7\n", '"id" es 7; aquí va un texto'],
    ["icon: health\n", "", /^"icon" falta; se acepta: "health"/],
    ["requires:", "requires: yes\nx:", /^"requires" es el texto "yes"; aquí va una lista/],
    ["institution: fonasa", "institution: Fonasa", /se acepta: minúsculas, cifras y guiones/],
    ["institution: fonasa", "institution: fonasa\nversion: uno", /se acepta: una versión como 1\.0\.0/],
    ["order: ", "order: 1000 #", '"order" es 1000; se acepta: a lo más 999'],
    ["order: ", "order: 1.5 #", '"order" es 1.5; aquí va un número entero'],
    ["order: ", "order: #", '"order" está vacío; aquí va un número'],
    ["steps:", "steps: []\nx:", '"steps" es una lista; se acepta: al menos 1 elemento'],
    ["kind: survey", "kind: survey\n    next: [a]", '"next" es una lista; aquí va un texto'],
    ["fonasa.quote", "fonasa.quota", /^no hay una operación "fonasa\.quota"; hay: /],
  ])("of %j written as %j what goes there", (before, after, problem) => {
    expect(told(before, after)[0]).toMatch(problem);
  });
});

/** Steps that break a rule of their kind that says so in words of its own. */
const BROKEN: readonly (readonly [kind: keyof typeof STEP_KINDS, fields: object])[] = [
  ["identify", { by: ["clave-unica"], typed: true }],
  ["issue", { operation: "x", prints: [{ name: "a" }] }],
  ["issue", { operation: "fonasa.bono", prints: [{ name: "a", paper: "a4", receipt: "b" }], document: "{{a" }],
  ["request", { operation: "x" }],
  ["request", { operation: "chileatiende.complaint", input: {}, prints: { received: "a", waiting: "b" } }],
  ["request", { operation: "chileatiende.complaint", input: {}, "off-line": "wait", prints: { received: "a" } }],
  ["look-up", { operation: "x" }],
  ["ask", { input: "date", from: "tomorrow" }],
  ["ask", { input: "date", from: "today", to: "today - 1 days" }],
  ["ask", { input: "number", from: 5, to: 1 }],
  ["turn", { book: "appointment" }],
  ["turn", { book: "queue", matter: "x" }],
  ["choose", { options: ["a", "b"], many: { min: 3, max: 2 } }],
  ["choose", { options: ["a", "b"], many: { max: 3 } }],
  ["choose", { options: { from: "{{a}}", id: "{{b}}", label: "{{c}}" }, many: { min: 2, max: 3 } }],
  ["decide", { cases: [{ if: "a ==", go: "x" }] }],
];

test.each(BROKEN)("a step %s that breaks a rule of its kind is told in Spanish: %j", (kind, fields) => {
  const step = { id: "one", kind, ...fields };
  const { schema } = STEP_KINDS[kind];
  const read = schema.safeParse(step);
  if (read.success) throw new Error("nothing is wrong with it");
  for (const { problem } of issues(readYaml({ name: "x", text: "" }, "es").at, read.error, schema, step))
    expect(englishIn(problem), problem).toBeUndefined();
  expect(read.error.issues.map(({ code }) => code)).toContain("custom");
});

test.each([
  ["a: b: c"],
  ["a:\n\tb: c"],
  ["a: [1"],
  ["a: 1\na: 2"],
  ["a: @b"],
  ["a\nb: c"],
  ["- a\nb: c"],
  ["a: 'b"],
  ["a: !!x b\n%"],
  ["a: &x [*x]\nb: *y"],
  [`${"[".repeat(2000)}`],
])("YAML that cannot be read is told in Spanish: %j", (text) => {
  mistakesOf({ ...bono, service: { name: "service.yaml", text } });
});

test("every rule that a schema has in words of its own says them in both languages", () => {
  const roots = ["steps", "compiler", "receipts"].map((name) => join(import.meta.dirname, "..", name));
  const sources = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(root, name), "utf8")),
  );
  const count = (words: RegExp) => sources.flatMap((source) => source.match(words) ?? []).length;
  expect(count(/addIssue|\berror: "/g)).toBe(0);
  expect(count(/\.refine\(/g)).toBeGreaterThan(0);
  expect(count(/\.refine\(/g)).toBe(count(/\bsaying\(\(/g));
});

test("every form of texts that a definition knows has a name in Spanish", () => {
  const schemas: z.ZodType[] = Object.values(STEP_KINDS).map(({ schema }) => schema);
  const formats = formatsIn([...schemas, frameSchema, partSchema, partUseSchema, receiptsSchema]);
  expect(formats.length).toBeGreaterThan(1);
  for (const issue of formats) {
    const said = SPANISH.format(issue);
    expect(said, issue.message).not.toBe("un texto de otra forma");
    expect(englishIn(said)).toBeUndefined();
  }
});

/** What each form of texts in `schemas` says against a text that nothing takes. */
function formatsIn(schemas: readonly z.ZodType[]): z.core.$ZodIssueInvalidStringFormat[] {
  const seen = new Set<unknown>();
  const found: z.core.$ZodIssueInvalidStringFormat[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof z.ZodString || value instanceof z.ZodStringFormat)
      for (const issue of value.safeParse(" \n").error?.issues ?? [])
        if (issue.code === "invalid_format") found.push(issue);
    if (value instanceof z.ZodType) look(value.def);
    else if (value instanceof z.ZodLazy) look(value.unwrap());
    else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
      Object.values(value).forEach(look);
  };
  for (const schema of schemas) look(schema);
  return found;
}
