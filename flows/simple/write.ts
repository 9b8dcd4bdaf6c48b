import { stringify } from "yaml";
import type { SimpleProcess } from "./export.ts";
import type { Journey, Page } from "./journey.ts";
import { notesPage } from "./note.ts";
import { lineOf, shortSentences } from "./plain-text.ts";

/** The files of an imported service, by name. */
export type Files = { readonly [name: string]: string };

export type Target = {
  /** `<institution>/<service>` */
  readonly id: string;
  /** The institution's name, as it stands on papers and pages. */
  readonly institution: string;
  /** The JSON Schema by which editors complete `service.yaml`, as seen from the service's folder. */
  readonly schema: string;
};

/** The definition of the service, its texts and its receipt, and what became of everything else. */
export function filesOf(process: SimpleProcess, journey: Journey, target: Target): Files {
  const name = shortSentences([lineOf(process.nombre)]).text[0] ?? process.nombre;
  const texts = textsOf(name, journey, target);
  const yaml = (value: unknown) => stringify(value, { lineWidth: 0 });
  return {
    "service.yaml": `# yaml-language-server: $schema=${target.schema}\n${yaml(serviceOf(process, journey, target))}`,
    "texts.es.yaml": yaml(texts),
    "texts.en.yaml": `# Not translated yet: every text is still in Spanish.\n${yaml(texts)}`,
    "receipts.yaml": yaml(receiptOf(name, journey, target)),
    "IMPORT.md": notesPage(process.nombre, journey.notes),
  };
}

function serviceOf(process: SimpleProcess, journey: Journey, { id }: Target) {
  const { identified, pages, questions, data, codes, task, forms } = journey;
  return {
    id,
    institution: id.split("/")[0],
    "served-by": "simple",
    icon: "document",
    requires: [...(identified ? ["code-reader"] : []), "receipt-printer"],
    steps: [
      { id: "inicio", kind: "inform" },
      ...(identified
        ? [
            { id: "identificar", kind: "identify" },
            { id: "consentir", kind: "consent" },
          ]
        : []),
      ...pages.map(({ step }) => step),
      {
        id: "revisar",
        kind: "review",
        rows: [
          ...(identified ? [{ id: "run", value: "{{identity.run | run}}" }] : []),
          ...questions.map(({ step, shown }) => ({ id: step.id, value: shown, change: step.id })),
        ],
      },
      {
        id: "enviar",
        kind: "issue",
        operation: "simple.start",
        input: {
          process: process.id,
          task: task.id,
          ...(identified ? { run: "{{identity.run}}" } : {}),
          data,
          codes,
          forms,
        },
        prints: [{ name: "comprobante", receipt: "comprobante" }],
        document: "{{enviar.folio}}",
      },
      { id: "encuesta", kind: "survey" },
      {
        id: "fin",
        kind: "finish",
        reference: "{{enviar.folio}}",
        things: identified ? ["paper", "id-card"] : ["paper"],
      },
    ],
  };
}

function textsOf(name: string, journey: Journey, { institution }: Target) {
  const { identified, pages, questions } = journey;
  const own = Object.fromEntries(
    pages.filter(({ texts }) => Object.keys(texts).length > 0).map(({ step, texts }: Page) => [step.id, texts]),
  );
  return {
    service: { name, summary: "Haga esta solicitud aquí y llévese su comprobante.", institution, price: "Gratis" },
    inicio: {
      title: name,
      body: [`Su solicitud llega a ${institution}.`, "Al final recibe un comprobante impreso."],
      ...(identified ? { needs: ["Su cédula de identidad"] } : {}),
      price: "Gratis",
    },
    ...(identified
      ? {
          identificar: { title: "Muestre su cédula", body: ["Acerque el código QR de su cédula al lector."] },
          consentir: {
            title: "¿Acepta que enviemos sus datos?",
            body: [`Los enviaremos a ${institution}.`, "Al terminar, este equipo borra sus datos."],
            purpose: "Para hacer su solicitud.",
            data: ["Su RUN", "Sus respuestas"],
            "if-refused": "Si no acepta, no podemos hacer su solicitud aquí.",
          },
        }
      : {}),
    ...own,
    revisar: {
      title: "Revise sus respuestas",
      action: "Enviar mi solicitud",
      rows: {
        ...(identified ? { run: "RUN" } : {}),
        ...Object.fromEntries(questions.map(({ step, texts }) => [step.id, texts.title])),
      },
    },
    enviar: {
      title: "Estamos enviando su solicitud",
      body: ["Espere un momento."],
      "deliver-title": "Estamos imprimiendo su comprobante",
      prints: { comprobante: "Comprobante" },
    },
    encuesta: { title: "¿Cómo fue la atención de hoy?" },
    fin: {
      title: "Su solicitud fue enviada",
      body: [`${institution} la revisará.`, "Guarde el comprobante: tiene el número de su solicitud."],
      reference: "Número de solicitud",
      take: identified ? ["Retire su comprobante", "Guarde su cédula"] : ["Retire su comprobante"],
    },
  };
}

/** A certificate of submission has these fields (Decreto 10, article 30). */
function receiptOf(name: string, { identified }: Journey, { institution }: Target) {
  const pair = (label: string, value: string) => ({ type: "pair", label, value });
  return {
    comprobante: {
      blocks: [
        { type: "text", text: institution.toUpperCase(), align: "center", bold: true },
        { type: "feed", lines: 1 },
        { type: "text", text: "COMPROBANTE DE SOLICITUD", align: "center", bold: true, size: 2 },
        { type: "text", text: name, align: "center" },
        { type: "rule" },
        pair("Número", "{{enviar.folio}}"),
        pair("Fecha y hora", "{{enviar.receivedAt | datetime}}"),
        ...(identified ? [pair("Solicitante", "{{identity.run | run}}")] : []),
        pair("Origen", "Módulo de autoatención"),
        pair("Lugar", "{{site.place}} · {{site.kiosk}}"),
        pair("Recibido por", "SIMPLE"),
        { type: "rule" },
      ],
    },
  };
}
