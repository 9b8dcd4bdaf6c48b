import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { SubmissionInput, SubmissionResult } from "../../base/contracts/gateway.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Deadlines, InstitutionsConfig } from "../config.ts";
import type { CallFailure, SubmissionContext } from "./connector.ts";
import { JsonInstitution } from "./json-institution.ts";

export type SimpleOptions = NonNullable<InstitutionsConfig["simple"]> & {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Where SIMPLE would report to; the key is told beside it, which is how an application is found again. */
  readonly callback: () => string;
};

type Start = SubmissionInput<"simple.start">;
type Started = SubmissionResult<"simple.start">;

const textual = z.union([z.string(), z.number()]).transform(String);

const formSchema = z.looseObject({
  form: z.looseObject({
    idForm: textual,
    idEtapa: textual.optional(),
    campos: z.array(
      z.looseObject({
        nombre: z.string().nullable(),
        direccion: z.string().optional(),
        solo_lectura: z.boolean().optional(),
      }),
    ),
  }),
});
type Form = z.infer<typeof formSchema>;

const formsSchema = z.array(formSchema);

const answerSchema = z.looseObject({
  idInstancia: textual,
  secuencia: z.coerce.number().int(),
  estadoProceso: z.string(),
  proximoFormulario: z.array(formSchema.nullable()).nullable(),
});
type Answer = z.infer<typeof answerSchema>;

const errorSchema = z.looseObject({ message: z.string() });

/** One application as the back end lists it; a value stands under its own name. */
const listSchema = z.looseObject({
  tramites: z.looseObject({
    nextPageToken: z.string().nullable().optional(),
    items: z
      .array(
        z.looseObject({
          id: textual,
          datos: z.array(z.record(z.string(), z.unknown())).optional(),
        }),
      )
      .nullable(),
  }),
});

/** No process of SIMPLE has more forms than this in the citizen's hands; a loop in a process ends here. */
const MOST_FORMS = 30;
/** Pages of fifty, newest first: an application is asked for within minutes of its beginning. */
const MOST_PAGES = 10;

/**
 * Begins processes of SIMPLE through its integration interface (`/integracion`, SIMPLE 2.0), and finds them again through its back end
 * (`/backend/api`). SIMPLE takes one form at a time and says itself which comes next.
 *
 * The interface knows no idempotency key. So a start is never sent twice: after silence the application is looked for by the key that it was
 * given as `callback-id`, and without access to the back end it stays unknown.
 */
export class SimpleProcesses {
  readonly #options: SimpleOptions;
  readonly #institution: JsonInstitution;

  constructor(options: SimpleOptions) {
    this.#options = options;
    this.#institution = new JsonInstitution({
      url: options.url,
      headers: () => options.headers,
      clock: options.clock,
      refusalName: (body) => errorSchema.safeParse(body).data?.message,
      refusals: {},
    });
  }

  async start(input: Start, { key, signal }: SubmissionContext): Promise<Result<Started, CallFailure>> {
    const place = `proceso/${input.process}/tarea/${input.task}`;
    const forms = await this.#institution.call({
      method: "GET",
      path: `/integracion/especificacion/formularios/${place}`,
      answer: formsSchema,
      deadline: this.#options.deadlines.lookUp,
      signal,
    });
    // Nothing has been begun: whatever went wrong, it may be tried again.
    if (!forms.ok) return err({ error: forms.error.error, effect: "none" });
    const data = dataOf(input);
    const [first] = forms.value;
    const person = input.run === undefined ? {} : { identificacion: identification(input.run) };
    const begun = await this.#institution.call({
      method: "POST",
      path: `/integracion/api/tramites/${place}`,
      body: {
        ...person,
        callback: this.#options.callback(),
        "callback-id": key,
        data: first === undefined ? {} : fieldsOf(first, data),
      },
      answer: answerSchema,
      deadline: this.#options.deadlines.simple,
      signal,
    });
    if (!begun.ok) return begun;
    const receivedAt = new Date(this.#options.clock.now()).toISOString();
    const rest = await this.#continue(begun.value, data, { person, first, forms: input.forms }, signal);
    if (!rest.ok) return rest;
    return ok({ folio: begun.value.idInstancia, receivedAt });
  }

  /** The application that was begun under `key`. */
  async find(key: string, signal: AbortSignal): Promise<Result<Started | undefined, CallFailure>> {
    const { backendToken } = this.#options;
    if (backendToken === undefined)
      return err({ error: coded("institution.no-answer", "SIMPLE's back end is not configured"), effect: "maybe" });
    let page = "";
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const query = new URLSearchParams({
        token: backendToken,
        maxResults: "50",
        ...(page === "" ? {} : { pageToken: page }),
      });
      const list = await this.#institution.call({
        method: "GET",
        path: `/backend/api/tramites?${query}`,
        answer: listSchema,
        deadline: this.#options.deadlines.lookUp,
        signal,
      });
      if (!list.ok) return list;
      const { items, nextPageToken } = list.value.tramites;
      const found = items?.find(({ datos }) => datos?.some((one) => one.callback_id === key));
      // The back end writes local time without a zone: the moment at which it was found is near enough, and certain.
      if (found !== undefined)
        return ok({ folio: found.id, receivedAt: new Date(this.#options.clock.now()).toISOString() });
      if (nextPageToken === null || nextPageToken === undefined) return ok(undefined);
      page = nextPageToken;
    }
    return ok(undefined);
  }

  async probe(deadline: number) {
    return await this.#institution.raw({
      method: "GET",
      path: "/integracion/especificacion/procesos",
      deadline,
      signal: undefined,
    });
  }

  async close(): Promise<void> {
    await this.#institution.close();
  }

  /** Answers SIMPLE's further forms for as long as they are the citizen's. */
  async #continue(
    begun: Answer,
    data: Data,
    { person, first, forms: filledIn }: { person: object; first: Form | undefined; forms: Start["forms"] },
    signal: AbortSignal,
  ): Promise<Result<void, CallFailure>> {
    const left = new Map(Object.entries(filledIn));
    const take = ({ form }: Form) => left.set(form.idForm, (left.get(form.idForm) ?? 0) - 1);
    if (first !== undefined) take(first);
    let answer = begun;
    for (let forms = 0; forms < MOST_FORMS && answer.estadoProceso === "activo"; forms++) {
      const next = answer.proximoFormulario?.[0];
      if (next?.form.idEtapa === undefined || !isAnswered(next, data) || !left.get(next.form.idForm)) return ok();
      take(next);
      const went = await this.#institution.call({
        method: "POST",
        path: `/integracion/api/tramites/tramite/${begun.idInstancia}/etapa/${next.form.idEtapa}/paso/${answer.secuencia}`,
        body: { ...person, data: fieldsOf(next, data) },
        answer: answerSchema,
        deadline: this.#options.deadlines.simple,
        signal,
      });
      // The application has been begun; that its rest was not taken does not undo it.
      if (!went.ok) return err({ error: went.error.error, effect: "maybe" });
      answer = went.value;
    }
    return ok();
  }
}

type Data = { readonly [name: string]: string | number | readonly string[] };

/** What the citizen answered, with SIMPLE's own codes for options. */
function dataOf({ data, codes = {} }: Start): Data {
  const coding = (name: string, value: string) => codes[name]?.[value] ?? value;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === "string"
        ? coding(name, value)
        : Array.isArray(value)
          ? value.map((one) => coding(name, one))
          : value,
    ]),
  );
}

/** The names of a form's fields that take an answer. */
function inputsOf({ form }: Form): string[] {
  return form.campos.flatMap(({ nombre, solo_lectura }) =>
    nombre === null || nombre === "" || solo_lectura === true ? [] : [nombre],
  );
}

/** SIMPLE wants every field of a form named, also those that this citizen was not asked. */
function fieldsOf(form: Form, data: Data): Data {
  return Object.fromEntries(inputsOf(form).map((name) => [name, data[name] ?? ""]));
}

function isAnswered(form: Form, data: Data): boolean {
  return inputsOf(form).some((name) => Object.hasOwn(data, name));
}

/** What SIMPLE takes for somebody who logged in; a kiosk knows the RUN, and names only where the card tells them. */
function identification(run: string) {
  return { rut: run, nombres: "", apellidos: ";", email: "" };
}
