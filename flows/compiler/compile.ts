import type { z } from "zod";
import { LOCALES, type Locale, type ServiceCard } from "../../base/contracts/view.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { type Language, told } from "../../base/told.ts";
import type { JourneyContext } from "../engine/context.ts";
import type { Scope } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { createSpeaker, type TextTable, type TextTables } from "../engine/text-table.ts";
import { type ReceiptTemplate, receiptsSchema } from "../receipts/template.ts";
import { withLabels } from "../steps/choose/choose.ts";
import { isStepKind, neededWaysOf, STEP_KINDS, type Step, waitingOperation } from "../steps/library.ts";
import type { ServiceFacts } from "../steps/step.ts";
import { common } from "../texts/common.ts";
import { type Checked, checkDefinition } from "./checks.ts";
import type { CompiledService } from "./compiled.ts";
import { type Definition, frameSchema, textTreeSchema } from "./definition.ts";
import { issues } from "./issues.ts";
import { createJourneyMachine } from "./journey-machine.ts";
import { journeyView } from "./journey-view.ts";
import { type Expansion, expandParts } from "./parts.ts";
import { placedSteps, withPartTexts } from "./places.ts";
import { type DefinitionError, readYaml, type ServiceSource, type Source } from "./source.ts";
import { noText, templatesOf, textsIn } from "./text-tree.ts";

/** A definition that was read: its machine, and its files for the places of what is said about it. */
export type ReadService = {
  readonly service: CompiledService;
  readonly files: Checked["files"];
  /** In which its mistakes are told. */
  readonly language: Language;
};

/** Turns a definition into a machine, or says everything that is wrong with it: file, line, place, and what to do. */
export function compileService(source: ServiceSource): Result<CompiledService, readonly DefinitionError[]> {
  const read = readService(source);
  return read.ok ? ok(read.value.service) : read;
}

/**
 * Like `compileService`, for whoever has more to say about the definition.
 *
 * @param language of what is said to the author.
 */
export function readService(
  source: ServiceSource,
  language: Language = "en",
): Result<ReadService, readonly DefinitionError[]> {
  const errors: DefinitionError[] = [];
  const serviceFile = readYaml(source.service, language);
  const read = readDefinition(serviceFile, source, language, errors);
  const receiptsFile = source.receipts === undefined ? undefined : readYaml(source.receipts, language);
  const receipts = receiptsFile === undefined ? new Map() : readReceipts(receiptsFile, errors);
  const textFiles: { [L in Locale]?: Source } = {};
  const own: { [L in Locale]?: TextTable } = {};
  for (const locale of LOCALES) {
    const file = source.texts[locale];
    if (file === undefined) {
      errors.push(
        serviceFile.at(
          ["id"],
          told(`there is no texts.${locale}.yaml`, `no está el archivo texts.${locale}.yaml`),
          told("Add the file: every language is complete.", "Agréguelo: cada idioma está completo."),
        ),
      );
      continue;
    }
    textFiles[locale] = readYaml(file, language);
    own[locale] = readTexts(textFiles[locale], errors);
  }
  if (read === undefined || errors.length > 0) return err(errors);
  const { definition, expansion } = read;
  const { texts, files: placed } = withPartTexts(own, textFiles, expansion, errors);
  if (errors.length > 0) return err(errors);
  const files = { service: placedSteps(serviceFile, expansion), receipts: receiptsFile, texts: placed };
  errors.push(...checkDefinition({ definition, receipts, texts, files }));
  if (errors.length > 0) return err(errors);
  return ok({ service: assemble(definition, receipts, texts as TextTables), files, language });
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
    institution: definition["served-by"] ?? institution,
    order: definition.order,
    requires: new Set(definition.requires),
    needsWays: new Set(definition.steps.flatMap(neededWaysOf)),
    offLine: definition["off-line"]
      ? new Set(definition.steps.map(waitingOperation).filter((operation) => operation !== undefined))
      : undefined,
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
    if (step.kind !== "choose") continue;
    const { say } = createSpeaker(definition.id, texts, locale, {});
    const labelled = withLabels(step, data, (option) => say(`${step.id}.options.${option}`).text);
    if (labelled !== undefined) labels[step.id] = labelled;
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

/** A definition and how its parts were put into it. */
type ReadDefinition = { readonly definition: Definition; readonly expansion: Expansion };

function readDefinition(
  file: Source,
  source: ServiceSource,
  language: Language,
  errors: DefinitionError[],
): ReadDefinition | undefined {
  errors.push(...file.errors);
  if (file.errors.length > 0) return undefined;
  const frame = frameSchema.safeParse(file.value);
  if (!frame.success) {
    errors.push(...issues(file.at, frame.error, frameSchema, file.value));
    return undefined;
  }
  const expansion = expandParts(file, frame.data.steps, source, language, errors);
  const steps: Step[] = [];
  for (const { raw, at } of expansion.steps) {
    if (!isStepKind(raw.kind)) {
      const kinds = [...Object.keys(STEP_KINDS), "part"].join(", ");
      errors.push(
        at(
          ["kind"],
          told(`there is no step "${raw.kind}"`, `no hay un tipo de paso "${raw.kind}"`),
          told(`Use one of: ${kinds}.`, `Escriba uno de estos: ${kinds}.`),
        ),
      );
      continue;
    }
    const schema: z.ZodType<Step> = STEP_KINDS[raw.kind].schema;
    const step = schema.safeParse(raw);
    if (step.success) steps.push(step.data);
    else errors.push(...issues(at, step.error, schema, raw));
  }
  return errors.length > 0 ? undefined : { definition: { ...frame.data, steps }, expansion };
}

function readReceipts(file: Source, errors: DefinitionError[]): Map<string, ReceiptTemplate> {
  errors.push(...file.errors);
  if (file.errors.length > 0) return new Map();
  const receipts = receiptsSchema.safeParse(file.value);
  if (receipts.success) return new Map(Object.entries(receipts.data));
  errors.push(...issues(file.at, receipts.error, receiptsSchema, file.value));
  return new Map();
}

function readTexts(file: Source, errors: DefinitionError[]): TextTable {
  errors.push(...file.errors);
  if (file.errors.length > 0) return new Map();
  const tree = textTreeSchema.safeParse(file.value);
  if (!tree.success) {
    errors.push(noText(file.at, file.value));
    return new Map();
  }
  const texts = Array.from(textsIn(tree.data));
  return new Map(texts.map(({ path, text }) => [path.join("."), templatesOf(text, path, file.at, errors)]));
}
