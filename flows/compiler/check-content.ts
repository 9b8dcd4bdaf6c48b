import { z } from "zod";
import { QUERIES, SUBMISSIONS } from "../../base/contracts/gateway.ts";
import { LOCALES } from "../../base/contracts/view.ts";
import { type Told, told } from "../../base/told.ts";
import { placeholders, type Template } from "../engine/expression.ts";
import { isFixed } from "../steps/choose/choices.ts";
import { kindOf, receiptsOf, resultName, type Step } from "../steps/library.ts";
import type { InputTemplate } from "../steps/schema.ts";
import type { Checked } from "./checks.ts";
import { conditionProblem } from "./condition-types.ts";
import { SERVICE_TEXTS } from "./definition.ts";
import { conditionsIn, stepsAfter, templatesIn } from "./graph.ts";
import { itemShape, resultShapes, shapeAt } from "./shapes.ts";
import type { DefinitionError, Path, Source, Words } from "./source.ts";
import { whereToWrite } from "./text-tree.ts";

const CONDITION = told(
  "Correct the condition; flows/README.md tells what it may hold.",
  "Corrija la condición. En flows/README.md está lo que puede decir.",
);
const PATH = told("Correct the path.", "Corrija el nombre.");
const TWO = told("Make two of it.", "Haga de ella dos frases.");
const SITE = z.strictObject({ kiosk: z.string(), place: z.string(), startedAt: z.iso.datetime({ local: true }) });

/** Is all there that the steps speak of: texts, papers, places in answers, fields of operations. */
export function checkContent(checked: Checked): DefinitionError[] {
  return [...checkSteps(checked), ...checkTexts(checked), ...checkReceipts(checked)];
}

/** What a placeholder in `step` may read: results that can be there when the step is reached. */
function scopeOf(checked: Checked, step: Step | undefined): Map<string, z.ZodType> {
  const { steps } = checked.definition;
  const shapes = resultShapes(steps);
  const scope = new Map<string, z.ZodType>([["site", SITE]]);
  for (const other of steps) {
    const shape = shapes.get(resultName(other));
    const before = step === undefined || other === step || stepsAfter(steps, other).has(step.id);
    if (shape !== undefined && before) scope.set(resultName(other), shape);
  }
  const item = step === undefined ? undefined : itemShape(step, shapes);
  if (item !== undefined) scope.set("item", item);
  return scope;
}

/** Like `scope`, but what only some ways to `step` bring may be missing. */
function surelyKnown(checked: Checked, step: Step, scope: ReadonlyMap<string, z.ZodType>): Map<string, z.ZodType> {
  const { steps } = checked.definition;
  const first = steps[0];
  const always = (other: Step) =>
    first === undefined ||
    other === first ||
    other === step ||
    !stepsAfter(steps, first, (one) => one === other).has(step.id);
  const sure = new Set(["site", "item", ...steps.filter(always).map(resultName)]);
  return new Map([...scope].map(([name, shape]) => [name, sure.has(name) ? shape : shape.optional()]));
}

function checkTemplate(template: Template, scope: Map<string, z.ZodType>, file: Source, path: Path): DefinitionError[] {
  return placeholders(template).flatMap((placeholder) => {
    const [name = "", ...rest] = placeholder.path;
    const shape = scope.get(name);
    if (shape === undefined) {
      const known = [...scope.keys()].join(", ");
      const problem = told(`nothing called "${name}" is known here`, `aquí no se conoce nada llamado "${name}"`);
      return [file.at(path, problem, told(`Known are: ${known}.`, `Se conocen: ${known}.`))];
    }
    if (shapeAt(shape, rest) !== undefined) return [];
    const joined = placeholder.path.join(".");
    const problem = told(`"${name}" has no "${rest.join(".")}"`, `"${name}" no tiene "${rest.join(".")}"`);
    return [file.at(path, problem, told(`Correct {{${joined}}}.`, `Corrija {{${joined}}}.`))];
  });
}

function checkSteps(checked: Checked): DefinitionError[] {
  const { definition, files, receipts } = checked;
  const shapes = resultShapes(definition.steps);
  return definition.steps.flatMap((step, index) => {
    const here: Path = ["steps", index];
    const scope = scopeOf(checked, step);
    const errors = templatesIn(step).flatMap(({ template, path }) =>
      checkTemplate(template, scope, files.service, [...here, ...path]),
    );
    const say = (path: Path, ...words: Words) => void errors.push(files.service.at([...here, ...path], ...words));
    for (const { condition, path } of conditionsIn(step)) {
      const problem = conditionProblem(condition, surelyKnown(checked, step, scope));
      if (problem !== undefined) say(path, problem, CONDITION);
    }
    const amount =
      step.kind === "pay"
        ? (["amount", step.amount] as const)
        : step.kind === "review"
          ? (["total", step.total] as const)
          : undefined;
    if (amount?.[1] !== undefined && !isNumber(amount[1], scope))
      say(
        [amount[0]],
        told(`${amount[0]} is no number`, `"${amount[0]}" no es un número`),
        told(
          "Name one place that holds a number, without a formatter.",
          'Escriba entre {{ y }} un solo valor que sea un número, sin formato: p. ej. "{{quote.total}}".',
        ),
      );
    if (step.kind === "look-up") {
      checkInput(step.input, QUERIES[step.operation].input, say);
      const answer = shapes.get(step.id);
      const paths = step.when.map((rule, at) => ({ path: rule.path, place: ["when", at, "path"] }));
      if (step["must-have"] !== undefined) paths.push({ path: step["must-have"], place: ["must-have"] });
      for (const { path, place } of paths)
        if (answer === undefined || shapeAt(answer, path.split(".")) === undefined)
          say(
            place,
            told(
              `the answer of ${step.operation} has no "${path}"`,
              `la respuesta de ${step.operation} no tiene "${path}"`,
            ),
            PATH,
          );
    }
    if (step.kind === "issue" || step.kind === "request")
      checkInput(step.input, SUBMISSIONS[step.operation].input, say);
    for (const receipt of receiptsOf(step))
      if (!receipts.has(receipt))
        say(
          ["prints"],
          told(`there is no receipt "${receipt}"`, `no hay un comprobante "${receipt}"`),
          told("Add it to receipts.yaml.", "Agréguelo en receipts.yaml."),
        );
    if (step.kind === "choose" && !isFixed(step.options) && itemShape(step, shapes) === undefined)
      say(
        ["options"],
        told("the options do not come from a list", "las opciones no salen de una lista"),
        told(
          "Let from name a list of a look-up's answer.",
          'Escriba en "from" una lista de la respuesta de un paso "look-up".',
        ),
      );
    return errors;
  });
}

/** Whether a template is one bare placeholder of a number. */
function isNumber(template: Template, scope: ReadonlyMap<string, z.ZodType>): boolean {
  const [only, ...others] = template.parts;
  if (only === undefined || typeof only === "string" || others.length > 0 || only.formatter !== undefined) return false;
  const [name = "", ...rest] = only.path;
  const shape = scope.get(name);
  return shape !== undefined && shapeAt(shape, rest) instanceof z.ZodNumber;
}

function checkInput(
  input: InputTemplate,
  shape: z.ZodType,
  say: (path: Path, ...words: Words) => void,
  path: Path = ["input"],
): void {
  if (!(shape instanceof z.ZodObject)) return;
  const fields: { readonly [name: string]: unknown } = shape.shape;
  for (const name of Object.keys(input.fields))
    if (!Object.hasOwn(fields, name))
      say(
        [...path, name],
        told(`the operation takes no "${name}"`, `la operación no recibe "${name}"`),
        told(`It takes: ${Object.keys(fields).join(", ")}.`, `Recibe: ${Object.keys(fields).join(", ")}.`),
      );
  for (const [name, field] of Object.entries(fields)) {
    const given = input.fields[name];
    if (given === undefined && !(field instanceof z.ZodOptional))
      say(
        path,
        told(`the operation needs "${name}"`, `la operación necesita "${name}"`),
        told(`Add ${name}.`, `Agregue "${name}".`),
      );
    if (typeof given === "object" && "fields" in given && field instanceof z.ZodType)
      checkInput(given, field, say, [...path, name]);
  }
}

function checkTexts(checked: Checked): DefinitionError[] {
  const { definition, files, texts, receipts } = checked;
  const needs = definition.steps.map((step) => ({ step, ...kindOf(step).texts(step) }));
  const said = [...receipts.values()].flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === "text" && block.say !== undefined ? [block.say] : [])),
  );
  const required = [
    ...SERVICE_TEXTS,
    ...said,
    ...needs.flatMap(({ step, required }) => required.map((key) => `${step.id}.${key}`)),
  ];
  const known = new Set([
    ...required,
    ...needs.flatMap(({ step, optional }) => optional.map((key) => `${step.id}.${key}`)),
  ]);
  const optionalSomewhere = new Set(LOCALES.flatMap((locale) => [...(texts[locale]?.keys() ?? [])]));
  return LOCALES.flatMap((locale) => {
    const file = files.texts[locale];
    const table = texts[locale];
    if (file === undefined || table === undefined) return [];
    const errors: DefinitionError[] = [];
    const scopes = new Map<Step | undefined, Map<string, z.ZodType>>();
    for (const key of new Set([...required, ...[...optionalSomewhere].filter((key) => known.has(key))]))
      if (!table.has(key)) {
        const problem = told(`the text "${key}" is missing`, `falta el texto "${key}"`);
        errors.push(file.at(key.split("."), problem, whereToWrite(key)));
      }
    for (const [key, paragraphs] of table) {
      const place = key.split(".");
      if (!known.has(key)) {
        const problem = told(`no step says "${key}"`, `ningún paso dice el texto "${key}"`);
        errors.push(file.at(place, problem, told("Remove it, or correct its name.", "Quítelo, o corrija su nombre.")));
      }
      const step = definition.steps.find(({ id }) => id === place[0]);
      const scope = scopes.get(step) ?? scopeOf(checked, step);
      scopes.set(step, scope);
      for (const paragraph of paragraphs) {
        errors.push(...checkTemplate(paragraph, scope, file, place));
        errors.push(...readingProblems(paragraph.source).map((problem) => file.at(place, problem, TWO)));
      }
    }
    return errors;
  });
}

function checkReceipts(checked: Checked): DefinitionError[] {
  const { definition, files, receipts } = checked;
  const file = files.receipts;
  if (file === undefined) return [];
  return [...receipts].flatMap(([name, receipt]) => {
    const step = definition.steps.find((one) => receiptsOf(one).includes(name));
    if (step === undefined) {
      const problem = told(`no step prints "${name}"`, `ningún paso imprime "${name}"`);
      const remedy = told("Remove it, or name it under prints.", 'Quítelo, o nómbrelo en "prints" de un paso.');
      return [file.at([name], problem, remedy)];
    }
    const scope = scopeOf(checked, step);
    const errors = templatesIn(receipt).flatMap(({ template, path }) =>
      checkTemplate(template, scope, file, [name, ...path]),
    );
    for (const [index, block] of receipt.blocks.entries())
      for (const path of [block.when, block.type === "lines" ? block.from : undefined]) {
        if (path === undefined) continue;
        const [root = "", ...rest] = path.split(".");
        const shape = scope.get(root);
        if (shape === undefined || shapeAt(shape, rest) === undefined)
          errors.push(file.at([name, "blocks", index], told(`there is no "${path}"`, `no existe "${path}"`), PATH));
      }
    return errors;
  });
}

/** Words in a sentence that a person reads standing, with others waiting behind. */
export const MAX_WORDS = 15;

/** The sentences of a text, as it is read: what ends in a colon or semicolon is one too. */
export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.:;?!])\s+/);
}

/** Sentences that are too long. A placeholder counts as one word. */
export function readingProblems(text: string): Told[] {
  return sentencesOf(text.replace(/\{\{[^}]*\}\}/g, "x"))
    .map((sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)))
    .filter((words) => words.length > MAX_WORDS)
    .map((words) => {
      const begin = words.slice(0, 4).join(" ");
      return told(
        `the sentence "${begin} …" has ${words.length} words, at most ${MAX_WORDS} are read`,
        `la frase "${begin} …" tiene ${words.length} palabras, y se leen a lo más ${MAX_WORDS}`,
      );
    });
}
