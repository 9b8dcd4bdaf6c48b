import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";

export const SIMPLE_BACKEND_TOKEN = "simple-demo";

const fieldSchema = z.looseObject({
  nombre: z.string(),
  posicion: z.coerce.number(),
  tipo: z.string(),
  validacion: z.string(),
});
const processSchema = z.looseObject({
  id: z.string(),
  Tareas: z.array(
    z.looseObject({
      id: z.string(),
      acceso_modo: z.string(),
      Pasos: z.array(
        z.looseObject({
          orden: z.coerce.number(),
          modo: z.string(),
          regla: z.string().nullable(),
          formulario_id: z.string(),
        }),
      ),
    }),
  ),
  Formularios: z.array(z.looseObject({ id: z.string(), Campos: z.array(fieldSchema) })),
  Conexiones: z.array(
    z.looseObject({
      tarea_id_origen: z.string(),
      tarea_id_destino: z.string().nullable(),
      regla: z.string().nullable(),
    }),
  ),
});
type Process = z.infer<typeof processSchema>;
type Task = Process["Tareas"][number];

const bodySchema = z.looseObject({
  identificacion: z.looseObject({ rut: z.string() }).optional(),
  callback: z.string().optional(),
  "callback-id": z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

type Application = {
  readonly id: string;
  /** By SIMPLE's own names. */
  readonly data: { [name: string]: unknown };
  readonly person: string | undefined;
  stage: { readonly id: string; readonly task: Task } | undefined;
};

/** No form of these is typed in by anybody. */
const STATIC = ["title", "subtitle", "paragraph", "documento", "btn_siguiente"];

/**
 * SIMPLE 2.0 with one process, as far as its integration interface (`/integracion`) and the list of its back end go: one form at a time, all
 * fields named, errors as `{message, code}`. Rules of connections are those that compare one answer with one value.
 */
export class Simple extends InstitutionServer {
  readonly #engine: Engine;

  /** @param process what SIMPLE exports (JSON text). */
  constructor(options: InstitutionOptions & { readonly process: string }) {
    const engine = new Engine(processSchema.parse(parse(options.process)), options.clock);
    super(
      {
        id: "simple",
        model: "SIMPLE 2.0",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer"],
        probe: ({ path }) => path === "/integracion/especificacion/procesos",
        handle: (exchange) => engine.handle(exchange),
        describe: () => ({ applications: engine.applications.length }),
      },
      options,
    );
    this.#engine = engine;
  }

  /** Every application that was begun, oldest first. */
  get applications(): readonly Application[] {
    return this.#engine.applications;
  }
}

class Engine {
  readonly applications: Application[] = [];
  readonly #process: Process;
  readonly #clock: Clock;
  #number = 4_000;

  constructor(process: Process, clock: Clock) {
    this.#process = process;
    this.#clock = clock;
  }

  handle({ method, path, query, body }: Exchange): Reply {
    if (method === "GET" && path === "/backend/api/tramites") return this.#list(query);
    if (method === "GET" && path === "/integracion/especificacion/procesos") return json(200, { catalogo: [] });
    const forms = /^\/integracion\/especificacion\/formularios\/proceso\/(\d+)\/tarea\/(\d+)$/.exec(path);
    if (method === "GET" && forms !== null) {
      const task = this.#task(forms[1], forms[2]);
      return task === undefined ? failure(404, "Id de Tarea no existe") : json(200, this.#forms(task));
    }
    const start = /^\/integracion\/api\/tramites\/proceso\/(\d+)\/tarea\/(\d+)$/.exec(path);
    if (method === "POST" && start !== null) return this.#start(this.#task(start[1], start[2]), body);
    const go = /^\/integracion\/api\/tramites\/tramite\/(\d+)\/etapa\/(\d+)\/paso\/(\d+)$/.exec(path);
    if (method === "POST" && go !== null) return this.#go(go[1] ?? "", go[2] ?? "", Number(go[3]), body);
    return failure(404, "No existe");
  }

  #task(process: string | undefined, task: string | undefined): Task | undefined {
    return process === this.#process.id ? this.#process.Tareas.find(({ id }) => id === task) : undefined;
  }

  #start(task: Task | undefined, text: string): Reply {
    const body = bodySchema.safeParse(parse(text));
    if (task === undefined) return failure(404, "Etapa no fue encontrada");
    if (!body.success) return failure(400, "Parametros no validos");
    if ((body.data.callback === undefined) !== (body.data["callback-id"] === undefined))
      return failure(400, "Callback y callback-id son valores opcionales pero deben ir juntos");
    if (task.acceso_modo === "claveunica" && body.data.identificacion === undefined)
      return failure(403, "Identificación Clave Unica no enviada");
    const missing = this.#missing(task, 0, body.data.data);
    if (missing.length > 0)
      return failure(400, `Faltan parametros de entrada obligatorios: ${JSON.stringify(missing)}`);
    const application: Application = {
      id: String(++this.#number),
      person: body.data.identificacion?.rut,
      data: {
        callback: body.data.callback,
        callback_id: body.data["callback-id"],
        fecha_inicio: new Date(this.#clock.now()).toISOString(),
      },
      stage: { id: String(++this.#number), task },
    };
    this.applications.push(application);
    return this.#took(application, 0, body.data.data);
  }

  #go(id: string, stage: string, sequence: number, text: string): Reply {
    const application = this.applications.find((one) => one.id === id);
    const body = bodySchema.safeParse(parse(text));
    if (application?.stage === undefined || application.stage.id !== stage)
      return failure(412, "Esta etapa ya fue completada");
    if (!body.success) return failure(400, "Parametros no validos");
    const missing = this.#missing(application.stage.task, sequence, body.data.data);
    if (missing.length > 0)
      return failure(400, `Faltan parametros de entrada obligatorios: ${JSON.stringify(missing)}`);
    return this.#took(application, sequence, body.data.data);
  }

  /** Keeps the answers to one form and tells which comes next. */
  #took(application: Application, sequence: number, data: { readonly [name: string]: unknown } = {}): Reply {
    const { stage } = application;
    if (stage === undefined) return failure(412, "Esta etapa ya fue completada");
    const names = this.#inputs(stage.task, sequence);
    for (const name of names) application.data[name] = data[name] ?? "";
    const steps = this.#steps(stage.task);
    const further = steps.findIndex(({ regla }, index) => index > sequence && holds(regla, application.data));
    if (further !== -1) return this.#answer(application, further, "activo");
    const next = this.#after(stage.task, application.data);
    application.stage = next === undefined ? undefined : { id: String(++this.#number), task: next };
    return this.#answer(application, 0, next === undefined ? "finalizado" : "activo");
  }

  #answer({ id, stage }: Application, secuencia: number, estadoProceso: string): Reply {
    const form = stage === undefined ? undefined : this.#forms(stage.task)[secuencia];
    const proximo = form === undefined || stage === undefined ? [] : [{ form: { ...form.form, idEtapa: stage.id } }];
    return json(200, { idInstancia: id, output: {}, secuencia, estadoProceso, proximoFormulario: proximo });
  }

  #after(task: Task, data: { readonly [name: string]: unknown }): Task | undefined {
    const way = this.#process.Conexiones.find(
      ({ tarea_id_origen, regla }) => tarea_id_origen === task.id && holds(regla, data),
    );
    return this.#process.Tareas.find(({ id }) => id === way?.tarea_id_destino);
  }

  #steps(task: Task): Task["Pasos"] {
    return [...task.Pasos].sort((a, b) => a.orden - b.orden).filter(({ modo }) => modo === "edicion");
  }

  #forms(task: Task) {
    return this.#steps(task).map(({ formulario_id }) => ({
      form: { idForm: formulario_id, campos: this.#fields(formulario_id) },
    }));
  }

  #fields(form: string): { [name: string]: Json }[] {
    const fields = this.#process.Formularios.find(({ id }) => id === form)?.Campos ?? [];
    return fields
      .filter(({ tipo }) => tipo !== "subtitle")
      .sort((a, b) => a.posicion - b.posicion)
      .map(({ nombre, tipo, validacion }) => ({
        nombre,
        tipo_control: tipo,
        tipo: "string",
        obligatorio: validacion.split("|").includes("required"),
        solo_lectura: STATIC.includes(tipo),
        direccion: "IN",
      }));
  }

  #inputs(task: Task, sequence: number): string[] {
    const fields = this.#forms(task)[sequence]?.form.campos ?? [];
    return fields.flatMap(({ nombre, solo_lectura }) => (solo_lectura === true ? [] : [String(nombre)]));
  }

  /** As the original: every field of the form must be named, required or not. */
  #missing(task: Task, sequence: number, data: { readonly [name: string]: unknown } = {}): string[] {
    return this.#inputs(task, sequence).filter((name) => !Object.hasOwn(data, name));
  }

  #list(query: URLSearchParams): Reply {
    if (query.get("token") !== SIMPLE_BACKEND_TOKEN) return json(401, { message: "token" });
    const limit = Number(query.get("maxResults") ?? 10);
    const before = Number(query.get("pageToken") ?? Number.MAX_SAFE_INTEGER);
    const rest = [...this.applications].reverse().filter(({ id }) => Number(id) < before);
    const page = rest.slice(0, limit);
    return json(200, {
      tramites: {
        nextPageToken: rest.length > limit ? (page.at(-1)?.id ?? null) : null,
        items: page.map(({ id, data }) => ({
          id,
          datos: Object.entries(data).map(([name, value]) => ({ [name]: String(value) })),
        })),
      },
    });
  }
}

function failure(code: number, message: string): Reply {
  return json(code, { message, code });
}

/** Rules of the form `@@a == 'x' && @@b != 'y'`. */
function holds(rule: string | null, data: { readonly [name: string]: unknown }): boolean {
  return (rule ?? "")
    .split("&&")
    .filter((part) => part.trim() !== "")
    .every((part) => {
      const [, name = "", operator, value] = /^\s*@@(\w+) (==|!=) '([^']*)'\s*$/.exec(part) ?? [];
      return (String(data[name]) === value) === (operator === "==");
    });
}
