import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { convertProcess } from "./convert.ts";
import { readExport } from "./export.ts";
import { notesPage } from "./note.ts";

type Json = { [name: string]: unknown };
type Export = Json & {
  Tareas: (Json & { Pasos: Json[]; Eventos: Json[]; EventosExternos: Json[] })[];
  Formularios: (Json & { Campos: Json[] })[];
  Acciones: Json[];
  Documentos: Json[];
  Conexiones: Json[];
};

const FERIA = readFileSync(new URL("testing/feria.json", import.meta.url), "utf8");

/** Adds a field to the first form, under a name of its own: one that is asked as it is, so that the list has nothing to say of it. */
function field(process: Export, members: Json): void {
  const campos = process.Formularios[0]?.Campos;
  const like = campos?.find(({ nombre }) => nombre === "comentario");
  campos?.push({
    ...like,
    tipo: "text",
    validacion: "",
    posicion: 50 + campos.length,
    nombre: `nuevo${campos.length}`,
    ...members,
  });
}

const options = (...more: Json[]) =>
  JSON.stringify([{ etiqueta: "Uno", valor: "u" }, { etiqueta: "Dos", valor: "d" }, ...more]);
const OTHER_SYSTEM = ["maps", "file", "file_s3", "javascript", "password", "grid", "agenda", "moneda", "btn_asincrono"];

/** What an export may hold and a kiosk does not do; `name` is what the list must say. */
const THINGS: { readonly [what: string]: (process: Export, name: string) => void } = {
  "a member of the process": (process, name) => Object.assign(process, { [name]: 1 }),
  "a member of the citizen's task": ({ Tareas }, name) => Object.assign(Tareas[0] ?? {}, { [name]: "si" }),
  "a member of a step": ({ Tareas }, name) => Object.assign(Tareas[0]?.Pasos[0] ?? {}, { [name]: "x" }),
  "a way of a step": ({ Tareas }, name) => Object.assign(Tareas[0]?.Pasos[1] ?? {}, { modo: name }),
  "a rule of a step": ({ Tareas }, name) => Object.assign(Tareas[0]?.Pasos[1] ?? {}, { regla: `${name}(@@puesto)` }),
  "a member of a form": ({ Formularios }, name) => Object.assign(Formularios[0] ?? {}, { [name]: { a: 1 } }),
  "a form that nobody asks for": ({ Formularios }, name) => Formularios.push({ id: "99", nombre: name, Campos: [] }),
  "a member of a field": (process, name) => field(process, { [name]: [1] }),
  "a kind of field": (process, name) => field(process, { tipo: name }),
  "a field that a kiosk does not ask": (process, name) =>
    field(process, { nombre: name, tipo: OTHER_SYSTEM[name.length % OTHER_SYSTEM.length] }),
  "a field that must be filled in and cannot": (process, name) =>
    field(process, { nombre: name, tipo: OTHER_SYSTEM[name.length % OTHER_SYSTEM.length], validacion: "required" }),
  "a rule of a field": (process, name) => field(process, { validacion: `required|${name}:3` }),
  "a rule of a choice": (process, name) =>
    field(process, { tipo: "radio", datos: options(), validacion: `required|${name}` }),
  "an answer that is filled in beforehand": (process, name) => field(process, { valor_default: name }),
  "an answer that is chosen beforehand": (process, name) =>
    field(process, { tipo: "select", datos: options(), valor_default: name }),
  "a fixed value that SIMPLE makes": (process, name) => field(process, { tipo: "hidden", valor_default: `@!${name}` }),
  "a list of a field that has none": (process, name) =>
    field(process, { datos: `[{"etiqueta": "${name}", "valor": "x"}]` }),
  "a member of an option": (process, name) =>
    field(process, { tipo: "radio", datos: options({ etiqueta: "Tres", valor: "t", [name]: "x" }) }),
  "an option without a value": (process, name) =>
    field(process, { tipo: "select", datos: options({ etiqueta: name, valor: "" }) }),
  "an option that is there twice": (process, name) =>
    field(process, { tipo: "select", datos: options({ etiqueta: name, valor: "u" }) }),
  "a condition on an unknown answer": (process, name) =>
    field(process, { dependiente_campo: name, dependiente_valor: "1" }),
  "a condition of an unknown type": (process, name) =>
    field(process, { dependiente_campo: "puesto", dependiente_valor: "1", dependiente_tipo: name }),
  "a further condition of a paragraph": (process, name) =>
    field(process, { tipo: "paragraph", etiqueta: "Lea.", condiciones_extra_visible: [{ campo: name, valor: "1" }] }),
  "a member of a condition": (process, name) =>
    field(process, { condiciones_extra_visible: [{ campo: "puesto", valor: "1", igualdad: "==", [name]: "x" }] }),
  "conditions that cannot be read": (process, name) =>
    field(process, { nombre: name, condiciones_extra_visible: "[{" }),
  "a heading alone": (process, name) => field(process, { nombre: "", tipo: "title", etiqueta: name }),
  "a heading above a question": (process, name) => {
    field(process, { nombre: "", tipo: "subtitle", etiqueta: name });
    field(process, { nombre: "otra" });
  },
  "a picture in a paragraph": (process, name) =>
    field(process, { nombre: name, tipo: "paragraph", etiqueta: "<p>Mire: <img src='x.png'></p>" }),
  "an answer in a paragraph": (process, name) => field(process, { tipo: "paragraph", etiqueta: `Hola @@${name}.` }),
  "the help of a paragraph": (process, name) => field(process, { tipo: "paragraph", etiqueta: "Lea.", ayuda: name }),
  "a button": (process, name) => field(process, { tipo: "btn_siguiente", nombre: name }),
  "a commune": (process, name) => field(process, { tipo: "comunas", nombre: name }),
  "an event": ({ Tareas }, name) => Tareas[0]?.Eventos.push({ accion_id: "5", instante: name, regla: "" }),
  "a member of an event": ({ Tareas }, name) =>
    Tareas[0]?.Eventos.push({ accion_id: "5", instante: "antes", [name]: 1 }),
  "an event of another system": ({ Tareas }, name) => Tareas[0]?.EventosExternos.push({ nombre: name }),
  "an action": ({ Acciones }, name) => Acciones.push({ id: "90", nombre: name, tipo: "webservice" }),
  "a document": ({ Documentos }, name) => Documentos.push({ id: "91", nombre: name, tipo: "blanco" }),
  "a task of officials": ({ Tareas }, name) =>
    Tareas.push({ ...(Tareas[2] ?? ({} as never)), id: "92", nombre: name, Pasos: [] }),
  "a task that is active at times": ({ Tareas }, name) => Object.assign(Tareas[0] ?? {}, { activacion: name }),
  "a member of a way": ({ Conexiones }, name) => Object.assign(Conexiones[0] ?? {}, { [name]: true }),
  "a kind of way": ({ Conexiones }, name) => Object.assign(Conexiones[0] ?? {}, { tipo: name }),
  "the rule of a way": ({ Conexiones }, name) => Object.assign(Conexiones[0] ?? {}, { regla: `${name}()` }),
  "a way to a task that is not there": ({ Conexiones }, name) =>
    Conexiones.push({ tarea_id_origen: "1", tarea_id_destino: name, tipo: "evaluacion", regla: "@@puesto == '3'" }),
};

/** The list, and below it the pages that the kiosk shows. */
function listed(edits: readonly { readonly what: string; readonly name: string }[]) {
  const process: Export = JSON.parse(FERIA);
  for (const { what, name } of edits) THINGS[what]?.(process, name);
  const read = readExport(JSON.stringify(process));
  if (!read.ok) return { list: read.error, pages: "" };
  const journey = convertProcess(read.value);
  const list = notesPage(read.value.nombre, journey.ok ? journey.value.notes : journey.error);
  return { list, pages: JSON.stringify(journey.ok ? journey.value.pages : []) };
}

/** Names that nothing in the export or in the list's own words has. */
const named = fc.integer({ min: 0, max: 36 ** 6 - 1 }).map((number) => `zq${number.toString(36).padStart(6, "0")}`);

test("a field of which there is nothing to say is not listed", () => {
  const process: Export = JSON.parse(FERIA);
  field(process, { nombre: "zqsolo" });
  const journey = convertProcess(assertOk(readExport(JSON.stringify(process)), "the process"));
  expect(JSON.stringify(assertOk(journey, "the conversion").notes)).not.toContain("zqsolo");
});

test.each(Object.keys(THINGS))("%s is named in the list", (what) => {
  fc.assert(
    fc.property(named, (name) => {
      expect(listed([{ what, name }]).list).toContain(name);
    }),
    { numRuns: 5 },
  );
});

/** Things that leave the others in place: a kind of way ends the kiosk's part, so that later tasks are SIMPLE's. */
const FREE = Object.keys(THINGS).filter((what) => !/way|task|^a rule of a step/.test(what));

test("each of several things is named, whatever else the export holds: a heading may be that of a paragraph then", () => {
  const several = fc.uniqueArray(fc.record({ what: fc.constantFrom(...FREE), name: named }), {
    minLength: 2,
    maxLength: 8,
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(several, (edits) => {
      const { list, pages } = listed(edits);
      for (const { what, name } of edits) expect(/heading/.test(what) ? list + pages : list, what).toContain(name);
    }),
    { numRuns: 100 },
  );
});
