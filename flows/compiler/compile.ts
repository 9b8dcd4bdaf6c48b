import { LOCALES, type Locale, type ServiceCard } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { JourneyContext } from "../engine/context.ts";
import { parseTemplate, type Scope, type Template } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { createSpeaker, type TextTable, type TextTables } from "../engine/text-table.ts";
import { type ReceiptTemplate, receiptsSchema } from "../receipts/template.ts";
import { chosenOption } from "../steps/choose.ts";
import { isStepKind, STEP_KINDS, type Step } from "../steps/library.ts";
import type { ServiceFacts } from "../steps/step.ts";
import { common } from "../texts/common.ts";
import { type Checked, checkDefinition } from "./checks.ts";
import type { CompiledService } from "./compiled.ts";
import { type Definition, frameSchema, type TextTree, textTreeSchema } from "./definition.ts";
import { createJourneyMachine } from "./journey-machine.ts";
import { journeyView } from "./journey-view.ts";
import { type DefinitionError, type Path, readYaml, type ServiceSource, type Source } from "./source.ts";

/** A definition that was read: its machine, and its files for the places of what is said about it. */
export type ReadService = { readonly service: CompiledService; readonly files: Checked["files"] };

/** Turns a definition into a machine, or says everything that is wrong with it: file, line, place, and what to do. */
export function compileService(source: ServiceSource): Result<CompiledService, readonly DefinitionError[]> {
  const read = readService(source);
  return read.ok ? ok(read.value.service) : read;
}

/** Like `compileService`, for whoever has more to say about the definition. */
export function readService(source: ServiceSource): Result<ReadService, readonly DefinitionError[]> {
  const errors: DefinitionError[] = [];
  const serviceFile = readYaml(source.service);
  const definition = readDefinition(serviceFile, errors);
  const receiptsFile = source.receipts === undefined ? undefined : readYaml(source.receipts);
  const receipts = receiptsFile === undefined ? new Map() : readReceipts(receiptsFile, errors);
  const textFiles: { [L in Locale]?: Source } = {};
  const texts: { [L in Locale]?: TextTable } = {};
  for (const locale of LOCALES) {
    const file = source.texts[locale];
    if (file === undefined) {
      errors.push(
        serviceFile.at(["id"], `there is no texts.${locale}.yaml`, "Add the file: every language is complete."),
      );
      continue;
    }
    const read = readYaml(file);
    textFiles[locale] = read;
    texts[locale] = readTexts(read, errors);
  }
  if (definition === undefined || errors.length > 0) return err(errors);
  const files = { service: serviceFile, receipts: receiptsFile, texts: textFiles };
  errors.push(...checkDefinition({ definition, receipts, texts, files }));
  if (errors.length > 0) return err(errors);
  return ok({ service: assemble(definition, receipts, texts as TextTables), files });
}

function assemble(
  definition: Definition,
  receipts: ReadonlyMap<string, ReceiptTemplate>,
  texts: TextTables,
): CompiledService {
  const { id, institution, icon } = definition;
  const scope = (context: JourneyContext): Scope => journeyScope(definition, texts, context);
  const service: ServiceFacts = {
    id,
    receipts,
    scope,
    speaker: (context) => createSpeaker(id, texts, context.locale, scope(context)),
    common: (context) => common(context.locale, scope(context)),
  };
  const name = (locale: Locale) => createSpeaker(id, texts, locale, {}).say("service.name");
  return {
    id,
    institution,
    requires: new Set(definition.requires),
    definition,
    machine: createJourneyMachine(definition, service),
    view: (snapshot) => journeyView(definition, service, snapshot),
    name,
    card: (locale): ServiceCard => {
      const { say } = createSpeaker(id, texts, locale, {});
      return {
        id,
        institution: say("service.institution"),
        name: say("service.name"),
        summary: say("service.summary"),
        price: say("service.price"),
        icon,
      };
    },
  };
}

/** What placeholders read: the steps' results, the kiosk, and the words of the options that were chosen. */
function journeyScope(definition: Definition, texts: TextTables, context: JourneyContext): Scope {
  const { data, site, startedAt, incident, incidentNumber, locale } = context;
  const labels: { [step: string]: Json } = {};
  for (const step of definition.steps) {
    const option = step.kind === "choose" ? chosenOption(step, data) : undefined;
    if (option === undefined) continue;
    const label = createSpeaker(definition.id, texts, locale, {}).say(`${step.id}.options.${option}`).text;
    labels[step.id] = { id: option, label };
  }
  return {
    ...data,
    ...labels,
    site: { kiosk: site.kiosk, place: site.place, startedAt },
    ...(incident === null
      ? {}
      : {
          incident: {
            number: incidentNumber ?? "",
            ...(incident.amount === undefined ? {} : { amount: incident.amount }),
          },
        }),
  };
}

function readDefinition(file: Source, errors: DefinitionError[]): Definition | undefined {
  errors.push(...file.errors);
  if (file.errors.length > 0) return undefined;
  const frame = frameSchema.safeParse(file.value);
  if (!frame.success) {
    errors.push(...issues(file, frame.error.issues, []));
    return undefined;
  }
  const steps: Step[] = [];
  for (const [index, raw] of frame.data.steps.entries()) {
    if (!isStepKind(raw.kind)) {
      const kinds = Object.keys(STEP_KINDS).join(", ");
      errors.push(file.at(["steps", index, "kind"], `there is no step "${raw.kind}"`, `Use one of: ${kinds}.`));
      continue;
    }
    const step = STEP_KINDS[raw.kind].schema.safeParse(raw);
    if (step.success) steps.push(step.data);
    else errors.push(...issues(file, step.error.issues, ["steps", index]));
  }
  return errors.length > 0 ? undefined : { ...frame.data, steps };
}

function readReceipts(file: Source, errors: DefinitionError[]): Map<string, ReceiptTemplate> {
  errors.push(...file.errors);
  if (file.errors.length > 0) return new Map();
  const receipts = receiptsSchema.safeParse(file.value);
  if (receipts.success) return new Map(Object.entries(receipts.data));
  errors.push(...issues(file, receipts.error.issues, []));
  return new Map();
}

function readTexts(file: Source, errors: DefinitionError[]): TextTable {
  errors.push(...file.errors);
  const table = new Map<string, readonly Template[]>();
  if (file.errors.length > 0) return table;
  const tree = textTreeSchema.safeParse(file.value);
  if (!tree.success) {
    errors.push(...issues(file, tree.error.issues, []));
    return table;
  }
  collect(tree.data, []);
  return table;

  function collect(branch: TextTree, path: readonly string[]): void {
    for (const [key, value] of Object.entries(branch)) {
      const here = [...path, key];
      if (typeof value !== "string" && !isList(value)) {
        collect(value, here);
        continue;
      }
      const paragraphs = [value].flat().map((text) => parseTemplate(text));
      for (const paragraph of paragraphs)
        if (!paragraph.ok) errors.push(file.at(here, paragraph.error, "Correct the placeholder."));
      table.set(
        here.join("."),
        paragraphs.flatMap((paragraph) => (paragraph.ok ? [paragraph.value] : [])),
      );
    }
  }
}

function isList(value: TextTree | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string; readonly code?: string | undefined };

function issues(file: Source, found: readonly Issue[], prefix: Path): DefinitionError[] {
  return found.map(({ path, message }) => {
    const names = path.map((part) => (typeof part === "number" ? part : String(part)));
    return file.at(
      [...prefix, ...names],
      message,
      "Correct the value at this place; flows/README.md lists the fields.",
    );
  });
}
