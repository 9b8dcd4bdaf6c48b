import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { proveDefinition } from "../checker/prove.ts";
import { compileService } from "../compiler/compile.ts";
import type { ServiceSource } from "../compiler/source.ts";
import { convertProcess } from "./convert.ts";
import { readExport } from "./export.ts";
import { filesOf } from "./write.ts";

type Process = ReturnType<typeof exported>;
type Field = { nombre: string; tipo: string; [name: string]: unknown };

const FERIA = await readFile(new URL("testing/feria.json", import.meta.url), "utf8");

/** The synthetic process, changed by `edit`. */
function exported(edit: (process: { Formularios: { Campos: Field[] }[]; [name: string]: unknown }) => void = () => {}) {
  const json = JSON.parse(FERIA);
  edit(json);
  return assertOk(readExport(JSON.stringify(json)), "the synthetic process");
}

function written(process: Process) {
  const journey = assertOk(convertProcess(process), "the conversion");
  const target = { id: "municipalidad/permiso-feria", institution: "Municipalidad de Prueba", schema: "x.json" };
  return { journey, files: filesOf(process, journey, target) };
}

function source(files: { readonly [name: string]: string }): ServiceSource {
  const file = (name: string) => ({ name, text: files[name] ?? "" });
  return {
    service: file("service.yaml"),
    texts: { es: file("texts.es.yaml"), en: file("texts.en.yaml") },
    receipts: file("receipts.yaml"),
  };
}

/** A field like the first one that is asked, with other members. */
function withField(...fields: readonly Partial<Field>[]) {
  return exported(({ Formularios }) => {
    const [form] = Formularios;
    const like = form?.Campos.find(({ nombre }) => nombre === "comentario");
    for (const [index, field] of fields.entries())
      form?.Campos.push({ nombre: "x", tipo: "text", ...like, posicion: 20 + index, ...field });
  });
}

const fates = (process: Process, field: string) =>
  assertOk(convertProcess(process), "the conversion")
    .notes.filter(({ place }) => place.includes(`"${field}"`))
    .map(({ fate }) => fate);

test("the definition that is made of a process is proved as it stands", () => {
  const { files } = written(exported());
  const verdict = proveDefinition(source(files));
  expect(verdict).toMatchObject({ ok: true, value: { refusals: [] } });
}, 120_000);

test("SIMPLE gets every answer under its own name, and its own codes for the options", () => {
  const { journey } = written(exported());
  expect(journey.data).toMatchObject({ rut: "{{identity.run}}", puesto: "{{puesto.id}}", origen: "kiosco" });
  expect(journey.codes.puesto).toEqual({ fijo: "1", "de-comida": "2", otro: "3" });
});

test("fields, steps and tasks that depend on answers are asked on their own ways only", () => {
  const { journey } = written(exported());
  const decisions = journey.pages.flatMap(({ step }) => (step.kind === "decide" ? [step.cases] : []));
  expect(decisions).toEqual([
    [{ if: "puesto.id == 'de-comida'", go: "comida" }],
    [{ if: "puesto.id == 'otro'", go: "otro" }],
    [{ if: "puesto.id == 'de-comida' and comida.id != 'no'", go: "resolucion" }],
    [{ if: "puesto.id == 'fijo'", go: "feria" }],
  ]);
});

describe("nothing is dropped in silence", () => {
  test("every field, task, action and document is asked, sent or listed", () => {
    const process = exported();
    const { journey, files } = written(process);
    const heard = JSON.stringify(journey.data) + files["texts.es.yaml"] + files["IMPORT.md"];
    for (const { Campos } of process.Formularios)
      for (const field of Campos)
        expect(heard, field.nombre).toContain(
          field.tipo === "title"
            ? field.etiqueta
            : field.tipo === "paragraph"
              ? "La municipalidad revisa cada solicitud."
              : field.nombre,
        );
    for (const { nombre } of [...process.Tareas, ...process.Acciones, ...process.Documentos].slice(2))
      expect(files["IMPORT.md"]).toContain(nombre);
  });

  test.each(["javascript", "maps", "file", "file_s3", "password", "grid", "agenda", "moneda", "novedad"])(
    "a field of type %s stands in the way when it is required, and is left out when not",
    (tipo) => {
      expect(fates(withField({ tipo, nombre: "raro", validacion: "required" }), "raro")).toEqual(["prevents"]);
      expect(fates(withField({ tipo, nombre: "raro", validacion: "" }), "raro")).toEqual(["left-out"]);
    },
  );

  test("a rule that is not understood stands in the way, with its words", () => {
    const process = exported(({ Tareas }) => {
      const tasks = Tareas as { Pasos: { regla: string }[] }[];
      const stage = tasks[0]?.Pasos[1];
      if (stage !== undefined) stage.regla = "strtotime(@@fecha) > time()";
    });
    expect(written(process).journey.notes).toContainEqual(
      expect.objectContaining({ fate: "prevents", what: expect.stringContaining("strtotime") }),
    );
  });

  test("a process that officials begin is no service of a kiosk", () => {
    const process = exported(({ Tareas }) => {
      for (const task of Tareas as { acceso_modo: string }[]) task.acceso_modo = "grupos_usuarios";
    });
    expect(convertProcess(process)).toMatchObject({ ok: false, error: [{ fate: "prevents" }] });
  });

  test("a rule of a field that the kiosk does not hold is named", () => {
    expect(fates(withField({ nombre: "clave", validacion: "required|regex:/^A/" }), "clave")).toContain("replaced");
  });
});

test("a pattern over options is the list of the options that it matches", () => {
  const process = withField({
    nombre: "luz",
    validacion: "required",
    dependiente_campo: "puesto",
    dependiente_tipo: "regex",
    dependiente_valor: "^(1|2)$",
  });
  const { journey } = written(process);
  expect(JSON.stringify(journey.pages)).toContain("puesto.id in ['fijo', 'de-comida']");
});

test("boxes of which several may be ticked are one question, and what depends on one of them is asked then", () => {
  const datos = JSON.stringify([
    { etiqueta: "Pan", valor: "p" },
    { etiqueta: "Fruta", valor: "2" },
  ]);
  const { files, journey } = written(
    withField(
      { nombre: "vende", tipo: "checkbox", validacion: "required", datos },
      { nombre: "hornea", dependiente_campo: "vende[]", dependiente_valor: "p" },
    ),
  );
  expect(journey.data.vende).toBe("{{vende.ids}}");
  expect(journey.codes.vende).toEqual({ fruta: "2" });
  expect(files["service.yaml"]).toContain("if: \"'p' in vende.ids\"");
  expect(compileService(source(files))).toMatchObject({ ok: true });
});

test("what was answered before is sent again, not asked again", () => {
  const process = withField({ nombre: "correo2", tipo: "hidden", valor_default: "@@correo" });
  expect(written(process).journey.data.correo2).toBe("{{correo.value}}");
});

test("a commune is asked for with the address, and SIMPLE gets its name", () => {
  const { files, journey } = written(withField({ nombre: "comuna", tipo: "comunas", validacion: "required" }));
  expect(journey.data.comuna).toBe("{{comuna.value.commune.name}}");
  expect(fates(withField({ nombre: "comuna", tipo: "comunas" }), "comuna")).toContain("replaced");
  expect(compileService(source(files))).toMatchObject({ ok: true });
});

test("words are read when SIMPLE shows them, whether or not the question after them is asked", () => {
  const when = { dependiente_campo: "puesto", dependiente_valor: "3" };
  const { journey, files } = written(
    withField(
      { tipo: "title", nombre: "", etiqueta: "Para otros puestos", ...when },
      { tipo: "paragraph", nombre: "", etiqueta: "Describa bien su puesto.", ...when },
      { tipo: "paragraph", nombre: "", etiqueta: "Esto lo leen todos." },
      { nombre: "luz", dependiente_campo: "puesto", dependiente_valor: "1" },
    ),
  );
  const [first, all] = journey.pages.filter(({ step }) => step.kind === "inform").slice(-2);
  expect(first?.texts).toMatchObject({ title: "Para otros puestos", body: ["Describa bien su puesto."] });
  expect(all?.texts).toMatchObject({ body: ["Esto lo leen todos."] });
  const cases = journey.pages.flatMap(({ step }) => (step.kind === "decide" ? [step.cases] : []));
  expect(cases).toContainEqual([{ if: "puesto.id == 'otro'", go: first?.step.id }]);
  expect(cases).not.toContainEqual([expect.objectContaining({ go: all?.step.id })]);
  expect(compileService(source(files))).toMatchObject({ ok: true });
});

test("words that were written for a page are cut to sentences that can be read standing", () => {
  const long = `<p>${"palabra ".repeat(40)}</p>`;
  const { files } = written(withField({ tipo: "paragraph", nombre: "", etiqueta: long }));
  expect(compileService(source(files))).toMatchObject({ ok: true });
  expect(files["IMPORT.md"]).toContain("have been cut");
});

test.each([
  ["text that is not JSON", "<proceso/>", "it is not JSON"],
  ["another file", '{"a": 1}', "no process that SIMPLE exported"],
])("%s is refused with its reason", (_name, text, reason) => {
  expect(readExport(text)).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
});
