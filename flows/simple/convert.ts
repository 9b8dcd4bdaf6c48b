import { err, ok, type Result } from "../../base/result.ts";
import { visibility } from "./conditions.ts";
import type { SimpleProcess, SimpleTask } from "./export.ts";
import { convertField, type FieldTools, type Question } from "./fields.ts";
import { type Journey, OWN_STEPS, type Page } from "./journey.ts";
import { fieldPlace, keptBySimple, taskPlace } from "./kept.ts";
import { Names } from "./names.ts";
import type { Note } from "./note.ts";
import { conditionOf, type Known } from "./rule.ts";
import { unreadIn } from "./unread.ts";
import { addWords, hasWords, type Words, wordsPage } from "./words.ts";

const CITIZENS = ["publico", "anonimo", "claveunica"];

/** Turns the citizen's tasks of a process into pages; everything that does not come over as it was is in `notes`. */
export function convertProcess(process: SimpleProcess): Result<Journey, readonly Note[]> {
  const first = process.Tareas.find(({ inicial }) => inicial);
  const refusal = first === undefined ? "no task is the first" : notForCitizens(first);
  if (first === undefined || refusal !== undefined)
    return err([
      {
        fate: "prevents",
        place: first === undefined ? "the process" : taskPlace(first),
        what: refusal ?? "",
        remedy: "Let a task begin the process that everybody or people with ClaveÚnica may do.",
      },
    ]);
  return ok(new Conversion(process, first).journey());
}

function notForCitizens({ acceso_modo, activacion }: SimpleTask): string | undefined {
  if (activacion === "no") return "the task is switched off";
  if (!CITIZENS.includes(acceso_modo))
    return `the task is for ${acceso_modo || "nobody that is named"}, not for citizens`;
  return undefined;
}

class Conversion {
  readonly #process: SimpleProcess;
  readonly #first: SimpleTask;
  readonly #names = new Names([...OWN_STEPS, "site", "item", "identity"]);
  readonly #notes: Note[] = [];
  readonly #pages: Page[] = [];
  readonly #questions: Question[] = [];
  readonly #data: { [name: string]: string } = {};
  readonly #codes: { [name: string]: { readonly [option: string]: string } } = {};
  readonly #known = new Map<string, Known>();
  readonly #done = new Set<string>();
  readonly #forms = new Map<string, number>();
  /** Decisions that go, when nothing holds, to the page at `over`, which is not there yet when they are made. */
  readonly #skips: { readonly decide: Page; readonly over: number }[] = [];
  readonly #identified: boolean;

  constructor(process: SimpleProcess, first: SimpleTask) {
    this.#process = process;
    this.#first = first;
    this.#identified = first.acceso_modo === "claveunica";
  }

  journey(): Journey {
    if (!this.#first.exponer_tramite)
      this.#note(
        "replaced",
        taskPlace(this.#first),
        "it is not exposed as a service, so SIMPLE takes no application from the gateway",
        "Expose it in SIMPLE (exponer trámite).",
      );
    if (this.#identified)
      this.#note(
        "replaced",
        taskPlace(this.#first),
        "SIMPLE asks for ClaveÚnica, the kiosk for the ID card",
        "Decide with the institution whether the card will do.",
      );
    this.#task(this.#first);
    this.#resolveSkips();
    this.#notes.push(...keptBySimple(this.#process, this.#done), ...unreadIn(this.#process, this.#done));
    return {
      pages: this.#pages,
      questions: this.#questions,
      data: this.#data,
      codes: this.#codes,
      task: this.#first,
      forms: Object.fromEntries(this.#forms),
      identified: this.#identified,
      notes: this.#notes,
    };
  }

  #note(fate: Note["fate"], place: string, what: string, remedy: string): void {
    this.#notes.push({ fate, place, what, remedy });
  }

  readonly #lookUp = (variable: string): Known | undefined => this.#known.get(variable);

  /** The pages of `task`, and of the citizen's tasks after it. The last page of each way has no `next`: it leads to the review. */
  #task(task: SimpleTask): void {
    this.#done.add(task.id);
    const stages = [...task.Pasos].sort((a, b) => a.orden - b.orden);
    for (const stage of stages) {
      const form = this.#process.Formularios.find(({ id }) => id === stage.formulario_id);
      const place = `${taskPlace(task)}, form "${form?.nombre ?? stage.formulario_id}"`;
      if (form === undefined) {
        this.#note("prevents", place, "the export does not have this form", "Export the process again.");
        continue;
      }
      if (stage.modo === "visualizacion") {
        this.#note(
          "left-out",
          place,
          "it only shows answers again",
          "People see them on the page before they hand in.",
        );
        continue;
      }
      this.#forms.set(form.id, (this.#forms.get(form.id) ?? 0) + 1);
      const condition = stage.regla.trim() === "" ? undefined : this.#conditionOf(stage.regla, "its rule", place);
      this.#guarded(condition, () => this.#form(form, place));
    }
    this.#after(task);
  }

  #form(form: SimpleProcess["Formularios"][number], where: string): void {
    const words: Words = { paragraphs: [] };
    for (const field of [...form.Campos].sort((a, b) => a.posicion - b.posicion)) {
      const place = fieldPlace(where, field);
      const tools: FieldTools = {
        names: this.#names,
        identified: this.#identified,
        note: (fate, what, remedy) => this.#note(fate, place, what, remedy),
      };
      if (this.#repeats(field.nombre, field.valor_default.trim(), place)) continue;
      const condition = visibility(field, this.#lookUp);
      if (!condition.ok) {
        this.#note(
          "prevents",
          place,
          `when it is to be seen is not understood: ${condition.error}`,
          "Write it with decide.",
        );
        continue;
      }
      const converted = convertField(field, tools);
      if (converted.kind === "words") {
        const { title, paragraphs } = converted;
        // What is seen at other times, or under another title, is another page.
        if (hasWords(words) && (words.condition !== condition.value || title !== undefined)) this.#words(words, form);
        addWords(words, condition.value, title === undefined ? undefined : { text: title, place }, paragraphs);
        continue;
      }
      if (converted.kind === "constant") {
        if (condition.value !== undefined)
          this.#note(
            "replaced",
            place,
            "its fixed value is sent whether or not it was to be seen",
            "See that SIMPLE does not mind.",
          );
        this.#data[field.nombre] = converted.value;
        continue;
      }
      if (converted.kind === "nothing") continue;
      // Words before a question that is not always asked may have to be seen always.
      if (words.condition !== condition.value) this.#words(words, form);
      this.#guarded(condition.value, () => {
        this.#words({ ...words, condition: undefined }, form);
        this.#question(field.nombre, converted.question);
      });
      words.paragraphs = [];
      delete words.title;
    }
    this.#words(words, form);
  }

  /** Whether the field only carries on what was answered before. */
  #repeats(variable: string, preset: string, place: string): boolean {
    if (Object.hasOwn(this.#data, variable)) {
      this.#note("replaced", place, "it was answered before and is not asked again", "Nothing is to be done.");
      return true;
    }
    const earlier = /^@@(\w+)$/.exec(preset)?.[1];
    const value = earlier === undefined ? undefined : this.#data[earlier];
    if (earlier === undefined || value === undefined) return false;
    this.#note("replaced", place, `it is sent what was answered to "${earlier}"`, "Nothing is to be done.");
    this.#data[variable] = value;
    const codes = this.#codes[earlier];
    if (codes !== undefined) this.#codes[variable] = codes;
    return true;
  }

  #question(variable: string, question: Question): void {
    this.#pages.push({ step: { ...question.step }, texts: question.texts });
    this.#questions.push(question);
    this.#data[variable] = question.value;
    if (question.codes !== undefined) this.#codes[variable] = question.codes;
    this.#known.set(variable, question.known);
  }

  /** What is to be read before the next question, on a page of its own. A heading without anything below it is none. */
  #words(words: Words, { nombre }: { readonly nombre: string }): void {
    const { title, condition, paragraphs } = words;
    if (paragraphs.length > 0)
      this.#guarded(condition, () => {
        const { page, cut } = wordsPage(words, nombre, this.#names);
        this.#pages.push(page);
        if (cut)
          this.#note(
            "replaced",
            `page "${page.texts.title}"`,
            "its sentences were too long and have been cut",
            "Read them again.",
          );
      });
    else if (title !== undefined)
      this.#note(
        "left-out",
        title.place,
        `the heading "${title.text}" has nothing below it that is read`,
        "Every question has its own title: write it there where it is missed.",
      );
    words.paragraphs = [];
    delete words.title;
  }

  /** A rule of SIMPLE as a condition. One that is not understood stands in the way: `undefined`. */
  #conditionOf(rule: string, what: string, place: string): string | undefined {
    const condition = conditionOf(rule, this.#lookUp);
    if (condition.ok) return condition.value;
    this.#note("prevents", place, `${what} is not understood: ${condition.error} in ${rule}`, "Write it with decide.");
    return undefined;
  }

  /** Pages that are seen only when `condition` holds, or always. */
  #guarded(condition: string | undefined, pages: () => void): void {
    if (condition === undefined) {
      pages();
      return;
    }
    const decide: Page = { step: { id: this.#names.give("si", "si"), kind: "decide" }, texts: {} };
    this.#pages.push(decide);
    const before = this.#pages.length;
    pages();
    const first = this.#pages[before];
    if (first === undefined) {
      this.#pages.pop();
      return;
    }
    decide.step.cases = [{ if: condition, go: first.step.id }];
    this.#skips.push({ decide, over: this.#pages.length });
  }

  /** Where the process goes after `task`: on to the citizen's next task, or to the officials. */
  #after(task: SimpleTask): void {
    const ways = this.#process.Conexiones.filter(({ tarea_id_origen }) => tarea_id_origen === task.id);
    const next = ways.map((way) => ({ way, to: this.#process.Tareas.find(({ id }) => id === way.tarea_id_destino) }));
    const onward = next.flatMap(({ way, to }) =>
      to === undefined || notForCitizens(to) !== undefined ? [] : [{ way, to }],
    );
    if (onward.length === 0) {
      this.#finishWay();
      return;
    }
    const place = `${taskPlace(task)}, what comes after it`;
    const deciding = onward.some(({ way }) => way.tipo === "evaluacion");
    const again = onward.find(({ to }) => this.#done.has(to.id));
    const parallel =
      onward.find(({ way }) => !["secuencial", "evaluacion"].includes(way.tipo)) ?? (deciding ? undefined : onward[1]);
    if (again !== undefined || parallel !== undefined) {
      this.#note(
        "replaced",
        place,
        again !== undefined
          ? `it leads back to ${taskPlace(again.to)}`
          : `it goes on in several tasks (${parallel?.way.tipo}: ${onward.map(({ to }) => taskPlace(to)).join(", ")})`,
        "The kiosk ends here; the rest is done on SIMPLE's pages. Say so on the last page.",
      );
      this.#finishWay();
      return;
    }
    if (!deciding) {
      const [only] = onward;
      if (only !== undefined && only.way.regla.trim() !== "")
        this.#note("replaced", place, `its rule decides nothing and is not looked at (${only.way.regla})`, "See why.");
      if (only !== undefined) this.#task(only.to);
      return;
    }
    this.#branches(onward, place);
  }

  #branches(onward: readonly { way: SimpleProcess["Conexiones"][number]; to: SimpleTask }[], place: string): void {
    const decide: Page = { step: { id: this.#names.give("segun", "segun"), kind: "decide" }, texts: {} };
    const cases: { if: string; go: string }[] = [];
    this.#pages.push(decide);
    for (const { way, to } of onward) {
      const condition = this.#conditionOf(way.regla, "the rule of a way", place);
      if (condition === undefined) continue;
      const before = this.#pages.length;
      if (this.#done.has(to.id)) {
        this.#note("prevents", place, `a second way leads to ${taskPlace(to)} (${way.regla})`, "Write it with decide.");
        continue;
      }
      this.#task(to);
      const first = this.#pages[before];
      if (first !== undefined) cases.push({ if: condition, go: first.step.id });
    }
    if (cases.length === 0) {
      this.#pages.pop();
      this.#finishWay();
      return;
    }
    decide.step.cases = cases;
    decide.step.next = "revisar";
  }

  /** The way that the last page is on leads to the review, and so does every decision that skips that page. */
  #finishWay(): void {
    const last = this.#pages.at(-1);
    if (last !== undefined) last.step.next ??= "revisar";
    for (const { decide, over } of this.#skips) if (over === this.#pages.length) decide.step.next ??= "revisar";
  }

  #resolveSkips(): void {
    for (const { decide, over } of this.#skips) decide.step.next ??= this.#pages[over]?.step.id ?? "revisar";
  }
}
