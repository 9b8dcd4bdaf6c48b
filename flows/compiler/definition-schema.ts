import { z } from "zod";
import { STEP_KINDS, type Step } from "../steps/library.ts";
import { frameSchema } from "./definition.ts";
import { partSchema, partUseSchema } from "./part-schema.ts";

/** What an editor says of each step while it is chosen. */
const STEPS: { readonly [K in Step["kind"]]: string } = {
  inform: "A page that says what the service is, what one needs and what it costs.",
  identify: "The person shows the cédula; what is on it is read as identity.run, identity.name and so on.",
  consent: "The person agrees that an institution is asked about them. Before the first step that does so.",
  ask: "One question on one page, answered by typing.",
  choose: "One question on one page, answered by touching one of several answers.",
  "look-up": "Asks an institution for something; nothing is changed there.",
  decide: "Goes one way or another by what is known. Has no page.",
  review: "The person checks what is about to be done, and can change it.",
  pay: "The person pays by card. The issue step comes right after it.",
  sign: "The person reads what they declare, proves once more that it is they, and signs it; the receipt is printed.",
  issue: "The institution makes the document; it is printed, and sent if the person wishes.",
  request:
    "Hands in what the person asks for. Where the service works off line it waits on the kiosk until the network is back.",
  turn: "Gives a number in a queue of this office, or books an hour.",
  status: "Shows where a case of the person stands.",
  "wait-for-help": "Calls a person of the office and waits for them, five minutes at most.",
  "to-phone": "What was entered here goes on on the person's phone.",
  "from-web": "What was entered on the phone goes on here, by the code that its page gives.",
  survey: "How was it, from 1 to 7.",
  finish: "A last page: what was done, and what comes next.",
};

const FIELDS: { readonly [F in keyof typeof frameSchema.shape]: string } = {
  id: "<institution>/<service>, in small letters; the folder is called the same.",
  version: "Higher with every package that is given out, e.g. 1.0.1 after 1.0.0.",
  institution: "The institution that answers, as the gateway calls it, e.g. srcei.",
  "served-by": "Through which institution of the gateway it is reached, when not its own.",
  order: "Where its card stands on the menu, from 0 (first) to 999; 100 when nothing is said.",
  icon: "The picture on the service's card.",
  requires: "Devices without which the service cannot be given. The check says which.",
  "off-line": "Whether people are served while the network is away. The check says what stands in the way.",
  steps: "What happens, from the first page to the last. Each leads to the one below unless it says next.",
};

const PART = "Steps that are written once for several services, in the place of this one.";

const PART_FIELDS: { readonly [F in keyof typeof partSchema.shape]: string } = {
  part: "The name of the part; its file is called the same.",
  parameters: "What a service gives when it uses the part, read as {{with.<name>}}.",
  exits: "Ways out besides the usual one: steps lead there by these names, and to the usual one by out.",
  steps: "As in a service. A name of a step is its own here; in the service the name of the use stands before it.",
  texts: "By language, then by step. A service may write each of them anew.",
};

/** `service.yaml` as JSON Schema (draft 2020-12), by which editors complete and explain it while it is written. */
export function definitionSchema(): string {
  return written("Ventanilla service definition", schemaOf(frameSchema.shape, FIELDS));
}

/** The same for the file of a part. A field of a step in it may stand for what the part is given. */
export function partFileSchema(): string {
  const schema = schemaOf(partSchema.shape, PART_FIELDS);
  const { steps, ...others } = schema.properties ?? {};
  if (steps?.items === undefined) throw new Error("a part has no steps");
  const properties = { ...others, steps: { ...steps, items: opened(steps.items) } };
  return written("Ventanilla part of services", { ...schema, properties });
}

const FROM_USE: Schema = { type: "string", pattern: "^\\{\\{\\s*with\\.[\\w-]+\\s*\\}\\}$" };

/** As much of JSON Schema as is looked into here. */
type Schema = {
  readonly [word: string]: unknown;
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
};

/** The forms of steps, with fields that may be given. */
function opened(schema: Schema): Schema {
  const { oneOf, anyOf = oneOf, properties, ...rest } = schema;
  if (anyOf !== undefined) return { ...rest, anyOf: anyOf.map(opened) };
  if (properties === undefined || properties.kind?.const === "part") return schema;
  const { id, kind, ...fields } = properties;
  const given = Object.entries(fields).map(([name, field]) => [name, { anyOf: [field, FROM_USE] }]);
  return { ...rest, properties: { ...(id && { id }), ...(kind && { kind }), ...Object.fromEntries(given) } };
}

function schemaOf(fields: { readonly [name: string]: z.ZodType }, words: { readonly [name: string]: string }): Schema {
  const steps = Object.entries(STEP_KINDS).map(
    ([kind, { schema }]): z.ZodType => schema.describe(STEPS[kind as Step["kind"]]),
  );
  const all = { ...fields, steps: z.array(z.union([...steps, partUseSchema.describe(PART)])).min(1) };
  const described = Object.entries(all).map(([name, field]): [string, z.ZodType] => [
    name,
    field.describe(words[name] ?? ""),
  ]);
  const whole = z.strictObject(Object.fromEntries(described));
  return z.toJSONSchema(whole, { io: "input", unrepresentable: "any" }) as Schema;
}

function written(title: string, schema: Schema): string {
  return `${JSON.stringify({ ...schema, title }, null, 2)}\n`;
}
