import type { SimpleField, SimpleProcess, SimpleTask } from "./export.ts";
import type { Note } from "./note.ts";
import { lineOf } from "./plain-text.ts";

export function taskPlace({ nombre, id }: SimpleTask): string {
  return `task "${nombre || id}"`;
}

/** @param where the form. */
export function fieldPlace(where: string, { nombre, etiqueta, tipo }: SimpleField): string {
  return `${where}, field "${nombre || lineOf(etiqueta)}" (${tipo})`;
}

/** What SIMPLE goes on doing after the kiosk has handed the application in. @param done the tasks that the kiosk does. */
export function keptBySimple(process: SimpleProcess, done: ReadonlySet<string>): Note[] {
  const kept = (place: string, what: string, remedy: string): Note => ({ fate: "kept", place, what, remedy });
  const { Tareas, Acciones, Documentos, Admseguridad, Suscriptores } = process;
  return [
    ...Tareas.filter(({ id }) => !done.has(id)).map((task) =>
      kept(
        taskPlace(task),
        `SIMPLE goes on with it (${task.acceso_modo || "its own"})`,
        "Say on the last page what comes next.",
      ),
    ),
    ...Acciones.map(({ nombre, tipo }) =>
      kept(
        `action "${nombre}" (${tipo})`,
        "SIMPLE runs it when the application comes in",
        "If a question needs what it brings, take it from a look-up.",
      ),
    ),
    ...Documentos.map(({ nombre }) =>
      kept(`document "${nombre}"`, "SIMPLE makes it", "The kiosk prints a receipt of the application."),
    ),
    ...[["security settings", Admseguridad] as const, ["subscribers", Suscriptores] as const].flatMap(([what, list]) =>
      list.length === 0 ? [] : [kept(what, "they stay in SIMPLE", "Nothing is to be done.")],
    ),
  ];
}
