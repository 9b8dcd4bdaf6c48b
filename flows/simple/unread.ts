import type { SimpleField, SimpleProcess, SimpleTask } from "./export.ts";
import { fieldPlace, taskPlace } from "./kept.ts";
import type { Note } from "./note.ts";

/** Members of each part of an export: those that the import reads, and those that say nothing of what citizens do. */
const KNOWN = {
  process: {
    read: [
      ...["id", "nombre", "Tareas", "Formularios", "Acciones", "Documentos", "Admseguridad", "Suscriptores"],
      "Conexiones",
    ],
    idle: ["width", "height", "cuenta_id", "usuario_id", "version", "root", "activo", "estado"],
  },
  task: {
    read: [
      ...["id", "inicial", "nombre", "acceso_modo", "activacion", "exponer_tramite", "Pasos", "Eventos"],
      // The kiosk has a page on which all answers are checked, whatever SIMPLE has.
      ...["EventosExternos", "paso_confirmacion"],
    ],
    idle: ["identificador", "es_final", "proceso_id", "posx", "posy"],
  },
  stage: { read: ["id", "orden", "modo", "regla", "formulario_id"], idle: ["tarea_id", "Formulario"] },
  event: { read: ["accion_id", "instante", "regla"], idle: ["id", "tarea_id", "paso_id", "Accion"] },
  form: { read: ["id", "nombre", "Campos"], idle: ["proceso_id"] },
  field: {
    read: [
      ...["nombre", "posicion", "tipo", "etiqueta", "validacion", "ayuda", "readonly", "valor_default"],
      ...["dependiente_tipo", "dependiente_campo", "dependiente_valor", "dependiente_relacion"],
      "condiciones_extra_visible",
    ],
    idle: ["id", "formulario_id"],
  },
  option: { read: ["etiqueta", "valor"], idle: [] },
  condition: { read: ["campo", "valor", "igualdad", "tipo"], idle: [] },
  way: { read: ["tarea_id_origen", "tarea_id_destino", "tipo", "regla"], idle: ["id", "proceso_id", "identificador"] },
} as const;
const EVERYWHERE = ["created_at", "updated_at"];
/** Values that mean what the kiosk does anyway. */
const USUAL: { readonly [member: string]: unknown } = { asignacion: "autoservicio" };
const CHOICES = ["select", "radio", "checkbox"];
const MODES = ["edicion", "visualizacion"];
/** Characters of a value that is shown in the list. */
const LONGEST = 60;

/**
 * What of an export the import does not look at. @param done the tasks that the kiosk does: what belongs to others stays SIMPLE's.
 */
export function unreadIn(process: SimpleProcess, done: ReadonlySet<string>): Note[] {
  const tasks = process.Tareas.filter(({ id }) => done.has(id));
  const asked = new Set(tasks.flatMap(({ Pasos }) => Pasos.map(({ formulario_id }) => formulario_id)));
  const anywhere = new Set(process.Tareas.flatMap(({ Pasos }) => Pasos.map(({ formulario_id }) => formulario_id)));
  return [
    ...members("the process", process, "process"),
    ...tasks.flatMap((task) => inTask(task, process)),
    ...process.Formularios.filter(({ id }) => asked.has(id)).flatMap((form) => [
      ...members(`form "${form.nombre || form.id}"`, form, "form"),
      ...form.Campos.flatMap((field) => inField(field, fieldPlace(`form "${form.nombre || form.id}"`, field))),
    ]),
    ...process.Formularios.filter(({ id }) => !anywhere.has(id)).map(({ id, nombre }) =>
      leftOut(`form "${nombre || id}"`, "no task asks for it", "Nothing is to be done."),
    ),
    ...process.Conexiones.flatMap((way) => inWay(way, process)),
  ];
}

function inTask(task: SimpleTask, process: SimpleProcess): Note[] {
  const place = taskPlace(task);
  const kept = (what: string, remedy: string): Note => ({ fate: "kept", place, what, remedy });
  const nameOf = (action: string) => process.Acciones.find(({ id }) => id === action)?.nombre ?? action;
  return [
    ...members(place, task, "task"),
    ...(["si", ""].includes(task.activacion)
      ? []
      : [
          leftOut(
            place,
            `the kiosk does not look when it is active (${task.activacion})`,
            "Offer the service then only.",
          ),
        ]),
    ...task.Pasos.flatMap((stage) => [
      ...members(`${place}, step ${stage.orden}`, stage, "stage"),
      ...(MODES.includes(stage.modo)
        ? []
        : [leftOut(`${place}, step ${stage.orden}`, `its way "${stage.modo}" is not known: it is asked`, SEE)]),
    ]),
    ...task.Eventos.flatMap((event) => [
      kept(
        `SIMPLE runs "${nameOf(event.accion_id)}" (${[event.instante, event.regla].filter((word) => word !== "").join(", ")})`,
        "If a question needs what it brings, take it from a look-up.",
      ),
      ...members(`${place}, event "${nameOf(event.accion_id)}"`, event, "event"),
    ]),
    ...task.EventosExternos.map((event) =>
      kept(`SIMPLE waits for another system there (${shown(event)})`, "See that it is asked when the kiosk hands in."),
    ),
  ];
}

function inField(field: SimpleField, place: string): Note[] {
  const { datos, ...others } = field;
  return [
    ...members(place, others, "field"),
    ...(CHOICES.includes(field.tipo) ? [] : members(place, { datos }, "field")),
    ...(CHOICES.includes(field.tipo) ? (datos ?? []) : []).flatMap((option) =>
      members(`${place}, option "${option.etiqueta}"`, option, "option"),
    ),
    ...(field.condiciones_extra_visible ?? []).flatMap((condition) =>
      members(`${place}, condition on "${condition.campo}"`, condition, "condition"),
    ),
  ];
}

function inWay(way: SimpleProcess["Conexiones"][number], { Tareas }: SimpleProcess): Note[] {
  const [from, to] = [way.tarea_id_origen, way.tarea_id_destino];
  const place = `the way from task ${from} to ${to === "" ? "the end" : `task ${to}`}`;
  const lost = [from, to].find((end) => end !== "" && !Tareas.some(({ id }) => id === end));
  return [
    ...members(place, way, "way"),
    ...(lost === undefined ? [] : [leftOut(place, `there is no task ${lost}`, "Export the process again.")]),
  ];
}

const SEE = "See what it does in SIMPLE.";

/** A note for each member that is not known and not empty. */
function members(place: string, value: object, kind: keyof typeof KNOWN): Note[] {
  const { read, idle } = KNOWN[kind];
  const known = new Set<string>([...read, ...idle, ...EVERYWHERE]);
  return Object.entries(value)
    .filter(([name, inner]) => !known.has(name) && !isEmpty(inner) && USUAL[name] !== inner)
    .map(([name, inner]) => leftOut(place, `its "${name}" is not looked at (${shown(inner)})`, SEE));
}

function leftOut(place: string, what: string, remedy: string): Note {
  return { fate: "left-out", place, what, remedy };
}

/** Databases and exports have many ways to say "nothing", and "no". */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0) return true;
  if (typeof value === "string") return ["", "0", "false", "null", "[]", "{}"].includes(value.trim());
  return typeof value === "object" && Object.keys(value).length === 0;
}

function shown(value: unknown): string {
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replace(/\s+/g, " ");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
