import { z } from "zod";
import { QUERIES, SUBMISSIONS } from "../../base/contracts/gateway.ts";
import { LOCALES } from "../../base/contracts/view.ts";
import { placeholders, type Template } from "../engine/expression.ts";
import { isFixed } from "../steps/choose/choices.ts";
import { kindOf, receiptsOf, resultName, type Step } from "../steps/library.ts";
import type { InputTemplate } from "../steps/schema.ts";
import type { Checked } from "./checks.ts";
import { conditionProblem } from "./condition-types.ts";
import { SERVICE_TEXTS } from "./definition.ts";
import { conditionsIn, stepsAfter, templatesIn } from "./graph.ts";
import { itemShape, resultShapes, shapeAt } from "./shapes.ts";
import type { DefinitionError, Path, Source } from "./source.ts";
import { whereToWrite } from "./text-tree.ts";

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
    if (shape === undefined)
      return [file.at(path, `nothing called "${name}" is known here`, `Known are: ${[...scope.keys()].join(", ")}.`)];
    if (shapeAt(shape, rest) !== undefined) return [];
    const joined = placeholder.path.join(".");
    return [file.at(path, `"${name}" has no "${rest.join(".")}"`, `Correct {{${joined}}}.`)];
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
    const say = (path: Path, problem: string, remedy: string) =>
      void errors.push(files.service.at([...here, ...path], problem, remedy));
    for (const { condition, path } of conditionsIn(step)) {
      const problem = conditionProblem(condition, surelyKnown(checked, step, scope));
      if (problem !== undefined) say(path, problem, "Correct the condition; flows/README.md tells what it may hold.");
    }
    const amount =
      step.kind === "pay"
        ? (["amount", step.amount] as const)
        : step.kind === "review"
          ? (["total", step.total] as const)
          : undefined;
    if (amount?.[1] !== undefined && !isNumber(amount[1], scope))
      say([amount[0]], `${amount[0]} is no number`, "Name one place that holds a number, without a formatter.");
    if (step.kind === "look-up") {
      checkInput(step.input, QUERIES[step.operation].input, say);
      const answer = shapes.get(step.id);
      const paths = step.when.map((rule, at) => ({ path: rule.path, place: ["when", at, "path"] }));
      if (step["must-have"] !== undefined) paths.push({ path: step["must-have"], place: ["must-have"] });
      for (const { path, place } of paths)
        if (answer === undefined || shapeAt(answer, path.split(".")) === undefined)
          say(place, `the answer of ${step.operation} has no "${path}"`, "Correct the path.");
    }
    if (step.kind === "issue" || step.kind === "request")
      checkInput(step.input, SUBMISSIONS[step.operation].input, say);
    for (const receipt of receiptsOf(step))
      if (!receipts.has(receipt)) say(["prints"], `there is no receipt "${receipt}"`, "Add it to receipts.yaml.");
    if (step.kind === "choose" && !isFixed(step.options) && itemShape(step, shapes) === undefined)
      say(["options"], "the options do not come from a list", "Let from name a list of a look-up's answer.");
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
  say: (path: Path, problem: string, remedy: string) => void,
  path: Path = ["input"],
): void {
  if (!(shape instanceof z.ZodObject)) return;
  const fields: { readonly [name: string]: unknown } = shape.shape;
  for (const name of Object.keys(input.fields))
    if (!Object.hasOwn(fields, name))
      say([...path, name], `the operation takes no "${name}"`, `It takes: ${Object.keys(fields).join(", ")}.`);
  for (const [name, field] of Object.entries(fields)) {
    const given = input.fields[name];
    if (given === undefined && !(field instanceof z.ZodOptional))
      say(path, `the operation needs "${name}"`, `Add ${name}.`);
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
      if (!table.has(key)) errors.push(file.at(key.split("."), `the text "${key}" is missing`, whereToWrite(key)));
    for (const [key, paragraphs] of table) {
      const place = key.split(".");
      if (!known.has(key)) errors.push(file.at(place, `no step says "${key}"`, "Remove it, or correct its name."));
      const step = definition.steps.find(({ id }) => id === place[0]);
      const scope = scopes.get(step) ?? scopeOf(checked, step);
      scopes.set(step, scope);
      for (const paragraph of paragraphs) {
        errors.push(...checkTemplate(paragraph, scope, file, place));
        errors.push(...readingProblems(paragraph.source).map((problem) => file.at(place, problem, "Make two of it.")));
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
    if (step === undefined) return [file.at([name], `no step prints "${name}"`, "Remove it, or name it under prints.")];
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
          errors.push(file.at([name, "blocks", index], `there is no "${path}"`, "Correct the path."));
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
export function readingProblems(text: string): string[] {
  return sentencesOf(text.replace(/\{\{[^}]*\}\}/g, "x"))
    .map((sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)))
    .filter((words) => words.length > MAX_WORDS)
    .map(
      (words) =>
        `the sentence "${words.slice(0, 4).join(" ")} …" has ${words.length} words, at most ${MAX_WORDS} are read`,
    );
}
