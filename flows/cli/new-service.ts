import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { err, ok, type Result } from "../../base/result.ts";
import { type Told, told } from "../../base/told.ts";

/** `<institution>/<service>` */
export const SERVICE_ID = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/;

/**
 * Lays down the files of a new service that proves as it stands: a page of information, a question, and a last page.
 *
 * @param id `<institution>/<service>`.
 * @param root folder of the services; the new ones go into `<root>/<id>`.
 * @param schema the JSON Schema by which editors complete `service.yaml`.
 * @returns the folder; in words what stands in the way, and then nothing was written.
 */
export function newService(id: string, root: string, schema: string): Result<string, Told> {
  const named = SERVICE_ID.exec(id);
  if (named === null)
    return err(
      told(
        `"${id}" is no id: it is <institution>/<service>, in small letters, e.g. municipalidad/permiso-feria`,
        `"${id}" no sirve de nombre: se escribe <institución>/<servicio>, en minúsculas y sin tildes, p. ej. municipalidad/permiso-feria`,
      ),
    );
  const folder = join(root, id);
  if (existsSync(folder))
    return err(
      told(
        `${folder} is there already: give the service another name, or remove the folder`,
        `${folder} ya existe: dé otro nombre al servicio, o quite la carpeta`,
      ),
    );
  mkdirSync(folder, { recursive: true });
  const [, institution = "", service = ""] = named;
  for (const [name, text] of Object.entries(newServiceFiles(institution, service, relative(folder, schema))))
    writeFileSync(join(folder, name), text, { flag: "wx" });
  return ok(folder);
}

/** The files of a new service, by name. @param schema path of the JSON Schema from their folder. */
export function newServiceFiles(
  institution: string,
  service: string,
  schema: string,
): { readonly [name: string]: string } {
  return {
    "service.yaml": `# yaml-language-server: $schema=${schema}
id: ${institution}/${service}
version: 1.0.0 # higher with every package that you give out
institution: ${institution}
icon: document # health, certificate, document, money, help
requires: [] # code-reader, payment-terminal, receipt-printer, …: the check says which
steps:
  # What the service is, what one needs, what it costs.
  - id: start
    kind: inform

  # One question on one page. Other steps: identify, consent, choose, look-up, decide, review, pay, issue, survey.
  - id: question
    kind: ask
    input: text # text, email, run, number, money, date, address
    optional: true

  # The last page: what was done, and what comes next.
  - id: done
    kind: finish
`,
    "texts.es.yaml": `# A sentence has at most 15 words. Every text stands in each language's file.
service:
  name: Nombre del trámite
  summary: Qué obtiene la persona, en una frase.
  institution: Nombre de la institución
  price: Gratis

start:
  title: Nombre del trámite
  body:
    - Diga aquí para qué sirve este trámite.
    - Diga aquí qué va a pasar en esta pantalla.
  needs:
    - Lo que la persona debe traer.
  price: Gratis

question:
  title: ¿Qué quiere preguntar?
  hint: Una ayuda breve.

done:
  title: Listo
  body:
    - Diga aquí qué se hizo y qué viene después.
`,
    "texts.en.yaml": `service:
  name: Name of the service
  summary: What people get, in one sentence.
  institution: Name of the institution
  price: Free

start:
  title: Name of the service
  body:
    - Say here what this service is for.
    - Say here what will happen on this screen.
  needs:
    - What people must bring.
  price: Free

question:
  title: What do you want to ask?
  hint: A short hint.

done:
  title: Done
  body:
    - Say here what was done and what comes next.
`,
  };
}
