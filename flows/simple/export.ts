import { z } from "zod";
import { err, ok, type Result } from "../../base/result.ts";

/**
 * A process as SIMPLE exports it (one JSON file, `proceso->exportComplete()` of SIMPLE 2.0): what an import reads of it. Other members are
 * let through; `unread.ts` lists those of them that may mean something.
 */

const text = z.union([z.string(), z.number()]).transform(String);
const textOrNone = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined ? "" : String(value)));
/** Databases give 0, "0", false or null for the same thing. */
const flag = z
  .union([z.boolean(), z.number(), z.string(), z.null()])
  .optional()
  .transform((value) => value === true || value === 1 || value === "1" || value === "true");
/** What is no number is refused: steps and fields would be asked in another order. */
const number = z.preprocess((value) => value ?? 0, z.coerce.number());

/** Lists that some versions write as JSON within JSON. What is no JSON stays a text, which no list is. */
function unpacked<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value ?? undefined;
    try {
      return value.trim() === "" ? undefined : (JSON.parse(value) ?? undefined);
    } catch {
      return value;
    }
  }, schema);
}

const optionSchema = z.looseObject({ etiqueta: textOrNone, valor: textOrNone });

const visibilitySchema = z.looseObject({
  campo: textOrNone,
  valor: textOrNone,
  igualdad: textOrNone,
  tipo: textOrNone,
});

const fieldSchema = z.looseObject({
  nombre: textOrNone,
  posicion: number,
  tipo: z.string(),
  etiqueta: textOrNone,
  /** Rules of Laravel's validator: `required|max:20`, or a list of them. */
  validacion: z
    .union([z.string(), z.array(z.string()), z.null()])
    .optional()
    .transform((rules) => (Array.isArray(rules) ? rules : (rules ?? "").split("|")).map((rule) => rule.trim())),
  ayuda: textOrNone,
  dependiente_tipo: textOrNone,
  dependiente_campo: textOrNone,
  dependiente_valor: textOrNone,
  dependiente_relacion: textOrNone,
  datos: unpacked(z.array(optionSchema).optional().catch(undefined)),
  readonly: flag,
  valor_default: textOrNone,
  /** `null`: something stands there that is no list of conditions. */
  condiciones_extra_visible: unpacked(z.array(visibilitySchema).nullish().catch(null)),
});
export type SimpleField = z.infer<typeof fieldSchema>;

const formSchema = z.looseObject({ id: text, nombre: textOrNone, Campos: z.array(fieldSchema).default([]) });

const stageSchema = z.looseObject({ orden: number, modo: textOrNone, regla: textOrNone, formulario_id: text });

const taskSchema = z.looseObject({
  id: text,
  inicial: flag,
  nombre: textOrNone,
  acceso_modo: textOrNone,
  activacion: textOrNone,
  exponer_tramite: flag,
  Pasos: z.array(stageSchema).default([]),
  Eventos: z.array(z.looseObject({ accion_id: textOrNone, instante: textOrNone, regla: textOrNone })).default([]),
  EventosExternos: z.array(z.looseObject({})).default([]),
});
export type SimpleTask = z.infer<typeof taskSchema>;

const named = z.looseObject({ id: textOrNone, nombre: textOrNone, tipo: textOrNone });

const processSchema = z.looseObject({
  id: text,
  nombre: z.string().min(1),
  Tareas: z.array(taskSchema).min(1),
  Formularios: z.array(formSchema),
  Acciones: z.array(named).default([]),
  Documentos: z.array(named).default([]),
  Admseguridad: z.array(z.looseObject({})).default([]),
  Suscriptores: z.array(z.looseObject({})).default([]),
  Conexiones: z
    .array(
      z.looseObject({
        tarea_id_origen: text,
        /** Empty: the process ends here. */
        tarea_id_destino: textOrNone,
        tipo: textOrNone,
        regla: textOrNone,
      }),
    )
    .default([]),
});
export type SimpleProcess = z.infer<typeof processSchema>;

/**
 * Reads an exported process.
 *
 * @returns the process; in words why the file is none, with the place in it.
 */
export function readExport(source: string): Result<SimpleProcess, string> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (problem) {
    return err(`it is not JSON: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  const process = processSchema.safeParse(value);
  if (process.success) return ok(process.data);
  const [first] = process.error.issues;
  const place = first?.path.join(".");
  return err(`it is no process that SIMPLE exported: ${place === "" ? "the file" : place}: ${first?.message}`);
}
