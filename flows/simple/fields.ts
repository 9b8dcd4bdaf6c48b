import type { SimpleField } from "./export.ts";
import { Names } from "./names.ts";
import type { Note } from "./note.ts";
import { lineOf, paragraphsOf, shortSentences } from "./plain-text.ts";
import { REFUSED } from "./refused-fields.ts";
import type { Known } from "./rule.ts";

/** A page of the journey that asks for one field of SIMPLE. */
export type Question = {
  /** The step as `service.yaml` has it. */
  readonly step: { readonly id: string; readonly kind: string; readonly [field: string]: unknown };
  readonly texts: { readonly [name: string]: unknown };
  /** What SIMPLE gets, under the field's own name. */
  readonly value: string;
  /** What SIMPLE calls the options, where a definition must call them otherwise. */
  readonly codes?: { readonly [option: string]: string };
  /** What the review page shows. */
  readonly shown: string;
  readonly known: Known;
};

export type Converted =
  | { readonly kind: "question"; readonly question: Question }
  /** SIMPLE gets it without anybody being asked. */
  | { readonly kind: "constant"; readonly value: string; readonly known?: Known }
  /** Words to be read before the next question. */
  | { readonly kind: "words"; readonly title?: string; readonly paragraphs: readonly string[] }
  | { readonly kind: "nothing" };

export type FieldTools = {
  readonly names: Names;
  readonly identified: boolean;
  readonly note: (fate: Note["fate"], what: string, remedy: string) => void;
};

/** Longest answer that is typed on a kiosk's screen, in characters. */
const LONGEST_ANSWER = 200;

/** Values that SIMPLE fills in from the person who is logged in. */
const PERSON: { readonly [variable: string]: string } = {
  rut: "{{identity.run}}",
};

/** What a kiosk makes of a field of SIMPLE. */
export function convertField(field: SimpleField, tools: FieldTools): Converted {
  const filled = filledIn(field, tools);
  if (filled !== undefined) return filled;
  switch (field.tipo) {
    case "title":
    case "subtitle":
      unshown(field, tools);
      return { kind: "words", title: lineOf(field.etiqueta), paragraphs: [] };
    case "paragraph":
      unshown(field, tools);
      return { kind: "words", paragraphs: paragraphsOf(field.etiqueta) };
    case "text":
    case "textarea":
      return asked(field, textStep(field, tools), tools);
    case "date":
      return asked(field, { input: "date" }, tools);
    case "comunas":
      return communes(field, tools);
    case "select":
    case "radio":
    case "checkbox":
      return chosen(field, tools);
    case "btn_siguiente":
      tools.note("replaced", "every page has a button of its own to go on", "Nothing is to be done.");
      return { kind: "nothing" };
    case "recaptcha":
      tools.note(
        "replaced",
        "who stands at a kiosk need not show that they are no robot",
        "See that SIMPLE does not ask the gateway for it.",
      );
      return { kind: "nothing" };
    case "documento":
      tools.note(
        "left-out",
        "SIMPLE makes the document when the application has been handed in",
        "Tell people on the last page how they get it.",
      );
      return { kind: "nothing" };
    default:
      return refused(field, tools);
  }
}

/** Fields with a value of their own that nobody types. */
function filledIn(field: SimpleField, { identified, note }: FieldTools): Converted | undefined {
  const person = /^@!(\w+)$/.exec(field.valor_default.trim())?.[1];
  if (person !== undefined && identified && PERSON[person] !== undefined) {
    note("replaced", "it is not asked: the ID card has told it", "Nothing is to be done.");
    return { kind: "constant", value: PERSON[person] };
  }
  if (field.tipo !== "hidden" && !field.readonly) return undefined;
  if (["title", "subtitle", "paragraph", "documento"].includes(field.tipo)) return undefined;
  const value = field.valor_default.trim();
  if (/@[@#!]/.test(value)) {
    note(
      "prevents",
      `its value is made by SIMPLE (${value})`,
      "Say in service.yaml what the gateway shall send for it.",
    );
    return { kind: "nothing" };
  }
  if (value === "") {
    note(
      "left-out",
      "it has no value and nobody fills it in",
      "See whether SIMPLE fills it in by an action of its own.",
    );
    return { kind: "nothing" };
  }
  return { kind: "constant", value };
}

function refused(field: SimpleField, { note }: FieldTools): Converted {
  const [what, remedy] = REFUSED[field.tipo] ?? ["this kind of field is not known", "Ask it in another way."];
  note(isRequired(field) ? "prevents" : "left-out", what, remedy);
  return { kind: "nothing" };
}

function textStep(field: SimpleField, { identified, note }: FieldTools): { readonly [name: string]: unknown } {
  if (has(field, "rut")) {
    if (identified)
      note(
        "replaced",
        "a RUN is asked for besides that of the ID card",
        "See whose it is; if it is the citizen's own, take the step out.",
      );
    return { input: "run", about: "other" };
  }
  if (has(field, "email") || has(field, "emails")) return { input: "email" };
  if (has(field, "integer") || has(field, "numeric")) return { input: "number" };
  const limit = Number(field.validacion.map((rule) => /^max:(\d+)$/.exec(rule)?.[1]).find((max) => max !== undefined));
  if (field.tipo === "textarea" || limit > LONGEST_ANSWER)
    note("replaced", `at most ${LONGEST_ANSWER} characters are typed on a kiosk`, "See that this is enough.");
  const max = Number.isNaN(limit)
    ? field.tipo === "textarea"
      ? LONGEST_ANSWER
      : 100
    : Math.min(limit, LONGEST_ANSWER);
  return { input: "text", max };
}

function asked(field: SimpleField, fields: { readonly [name: string]: unknown }, tools: FieldTools): Converted {
  unheld(field, tools);
  unfilled(field, tools);
  const id = tools.names.give(field.nombre, "pregunta");
  const optional = isRequired(field) ? {} : { optional: true };
  const question: Question = {
    step: { id, kind: "ask", ...fields, ...optional },
    texts: questionTexts(field, tools),
    value: `{{${id}.value}}`,
    shown: fields.input === "date" ? `{{${id}.value | day}}` : `{{${id}.value}}`,
    known: { path: `${id}.value`, type: "text" },
  };
  return { kind: "question", question };
}

/** The communes that the kiosk knows are asked for with the address: there is no page for a commune alone. */
function communes(field: SimpleField, tools: FieldTools): Converted {
  tools.note(
    "replaced",
    "the kiosk asks for an address, of which SIMPLE gets the name of the commune",
    "Try whether SIMPLE takes it: by which names or codes its own list gives communes is not known.",
  );
  const converted = asked(field, { input: "address", about: "other" }, tools);
  if (converted.kind !== "question") return converted;
  const { question } = converted;
  const path = `${question.step.id}.value.commune.name`;
  const shown = `{{${question.step.id}.value | address}}`;
  return { kind: "question", question: { ...question, value: `{{${path}}}`, shown, known: { path, type: "text" } } };
}

/** What of words that are shown is no text. */
function unshown({ etiqueta, ayuda }: SimpleField, { note }: FieldTools): void {
  const tags = [...etiqueta.matchAll(/<(a|img|iframe|video|audio|table|form|input|script|object|embed|svg)\b/gi)];
  const names = [...new Set(tags.map(([, name = ""]) => name.toLowerCase()))];
  if (names.length > 0)
    note(
      "replaced",
      `its words come over, without what is no text (${names.join(", ")})`,
      "Write into the words what must be known of it.",
    );
  const variables = [...new Set(etiqueta.match(/@[@#!]\w+/g) ?? [])];
  if (variables.length > 0)
    note(
      "replaced",
      `its words name what SIMPLE fills in (${variables.join(", ")})`,
      "Write the answers as {{step.value}}.",
    );
  if (ayuda.trim() !== "")
    note("left-out", `words have no help of their own ("${lineOf(ayuda)}")`, "Write it into the words.");
}

/** Rules of a field that a kiosk does not hold: SIMPLE does, and turns the application away. */
function unheld(field: SimpleField, { note }: FieldTools): void {
  const held = /^(?:required|rut|emails?|numeric|integer|string|max:\d+|nullable|trim|)$/;
  for (const rule of field.validacion.filter((rule) => !held.test(rule)))
    note(
      "replaced",
      `the kiosk does not hold the rule "${rule}"`,
      "Say in the hint what is right; SIMPLE refuses the rest.",
    );
}

/** An answer that SIMPLE writes beforehand, and that people may change. */
function unfilled(field: SimpleField, { note }: FieldTools): void {
  const preset = field.valor_default.trim();
  if (preset !== "")
    note("replaced", `the answer that SIMPLE fills in beforehand (${preset}) is not there`, "Say it in the hint.");
}

/** Stands for "nothing chosen": SIMPLE has an empty value there. */
const NONE = "ninguna";

function chosen(field: SimpleField, tools: FieldTools): Converted {
  const options = (field.datos ?? []).filter(({ valor }) => valor !== "");
  unheld(field, tools);
  unfilled(field, tools);
  unoffered(field, tools);
  const required = isRequired(field);
  if (options.length < 2 && (options.length === 0 || required)) return withoutChoice(field, options, tools);
  const several = field.tipo === "checkbox" && options.length > 1;
  const { id, texts, codes, names } = optionsOf(field, options, tools);
  if (!required && !several) {
    texts[NONE] = "Prefiero no responder";
    codes[NONE] = "";
    tools.note("replaced", `"no answer" is an option of its own`, "Nothing is to be done.");
  }
  const all = Object.keys(texts);
  const many = several ? { many: { min: required ? 1 : 0, max: all.length } } : {};
  const path = several ? `${id}.ids` : `${id}.id`;
  const question: Question = {
    step: { id, kind: "choose", options: all, ...many },
    texts: { ...questionTexts(field, tools), options: texts },
    value: `{{${path}}}`,
    ...(Object.keys(codes).length === 0 ? {} : { codes }),
    shown: several ? `{{${id}.labels | list}}` : `{{${id}.label}}`,
    known: { path, type: several ? "list" : "text", names },
  };
  return { kind: "question", question };
}

/** Options that stand for no answer, or for one that another option stands for. */
function unoffered({ datos = [] }: SimpleField, { note }: FieldTools): void {
  const values = new Set<string>();
  for (const { etiqueta, valor } of datos) {
    if (valor === "")
      note("left-out", `the option "${etiqueta}" has no value`, "Nothing is to be done if it only invites.");
    else if (values.has(valor))
      note(
        "left-out",
        `the option "${etiqueta}" has the value of another one (${valor})`,
        "See which of the two is meant.",
      );
    values.add(valor);
  }
}

function withoutChoice(field: SimpleField, [only]: readonly { valor: string }[], { note }: FieldTools): Converted {
  if (only !== undefined) {
    note("replaced", "there is one option only: it is sent without being asked", "Nothing is to be done.");
    return { kind: "constant", value: only.valor };
  }
  note(
    isRequired(field) ? "prevents" : "left-out",
    "its options come from another system",
    "Write them as the options of choose, or take them from a look-up.",
  );
  return { kind: "nothing" };
}

function optionsOf(field: SimpleField, options: NonNullable<SimpleField["datos"]>, { names }: FieldTools) {
  const id = names.give(field.nombre, "pregunta");
  const own = new Names([NONE]);
  const texts: { [option: string]: string } = {};
  const codes: { [option: string]: string } = {};
  const byValue = new Map<string, string>();
  for (const { etiqueta, valor } of options) {
    if (byValue.has(valor)) continue;
    const option = own.give(/^[a-z]/i.test(valor) ? valor : etiqueta, "opcion");
    texts[option] = lineOf(etiqueta) || valor;
    if (option !== valor) codes[option] = valor;
    byValue.set(valor, option);
  }
  return { id, texts, codes, names: byValue };
}

function questionTexts(field: SimpleField, { note }: FieldTools): { title: string; hint?: string } {
  const title = shortSentences([lineOf(field.etiqueta) || field.nombre]);
  const hint = shortSentences(field.ayuda.trim() === "" ? [] : [lineOf(field.ayuda)]);
  if (title.cut || hint.cut) note("replaced", "its words were too long and have been cut in two", "Read them again.");
  const [first] = hint.text;
  return { title: title.text[0] ?? "", ...(first === undefined ? {} : { hint: first }) };
}

export function isRequired(field: SimpleField): boolean {
  return has(field, "required");
}

function has({ validacion }: SimpleField, rule: string): boolean {
  return validacion.includes(rule);
}
