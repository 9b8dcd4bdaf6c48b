import { createHash } from "node:crypto";
import { renderSVG } from "uqr";
import type { TurnState } from "../connectors/chileatiende.ts";
import type { Verification } from "../connectors/connector.ts";
import { allRows, dayOf, type PhoneDocument } from "./documents.ts";
import type { Draft } from "./drafts.ts";

const STYLE =
  "body{font:1.125rem/1.5 Roboto,system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#1f1f1f;background:#fff}" +
  "h1{font-size:1.6rem;line-height:1.25;border-bottom:4px solid #0a66c2;padding-bottom:.5rem}" +
  "dt{font-weight:bold;margin-top:.75rem}dd{margin:0}a{color:#064a9e}" +
  "input{font:inherit;width:100%;min-height:3rem;padding:.25rem .5rem;border:2px solid #5a6b7e;border-radius:.25rem}" +
  "strong{font-size:1.6rem;letter-spacing:.1em}" +
  "button{font:inherit;font-weight:bold;min-height:3rem;padding:.5rem 1.5rem;color:#fff;background:#064a9e;border:0;border-radius:.25rem}" +
  "button:focus-visible,a:focus-visible{outline:4px solid #f0a800;outline-offset:2px}" +
  "svg{display:block;width:100%;max-width:16rem}" +
  "@media print{button{display:none}}";

/** The headers of a page whose form leads on to `origin`: browsers hold the form's policy against redirects too. */
export function headersLeadingTo(origin: string): Readonly<Record<string, string>> {
  const policy = PAGE_HEADERS["content-security-policy"]?.replace("form-action 'self'", `form-action 'self' ${origin}`);
  return { ...PAGE_HEADERS, "content-security-policy": policy ?? "default-src 'none'" };
}

/** The headers of every public page: no scripts, nothing from elsewhere, nothing kept, nothing told to other sites. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow",
};

/** Asks for one tap before the document is shown: link previews of messaging programs must not use it up. */
export function invitationPage(what: "document" | "draft" = "document"): string {
  const [title, advice, button] = INVITATIONS[what];
  return page(
    title,
    `<p>Puede abrir este enlace una sola vez.</p><p>${advice}</p><form method="post"><button type="submit">${button}</button></form>`,
  );
}

const INVITATIONS = {
  document: ["Su documento está listo", "Guarde o imprima el documento cuando lo vea.", "Ver mi documento"],
  draft: ["Siga su trámite aquí", "Podrá revisar lo que ya escribió.", "Seguir mi trámite"],
} as const;

/** What was entered, to be checked and completed. @param code to which the form goes; used up when it is sent. */
export function draftPage(draft: Draft, code: string): string {
  const fields = draft.fields
    .map(
      ({ name, label, value }) =>
        `<p><label for="${escapeHtml(name)}">${escapeHtml(label)}</label><br><input id="${escapeHtml(name)}" name="${escapeHtml(name)}" value="${escapeHtml(value)}" maxlength="200"></p>`,
    )
    .join("");
  return page(
    draft.title,
    `<p>Revise y complete sus datos.</p><form method="post" action="/b/${code}/guardar">${fields}<button type="submit">Guardar</button></form>`,
  );
}

/** @param address of the draft's page: what a kiosk's code reader reads in the QR. */
export function draftSavedPage(code: string, address: string): string {
  return page(
    "Guardamos sus datos",
    `<p>Para seguir en un equipo de ChileAtiende, acerque este QR a su lector o escriba el código.</p>${renderSVG(address)}<p><strong>${code}</strong></p><p>El código sirve una sola vez. Guárdelo.</p>`,
  );
}

export function documentPage(document: PhoneDocument): string {
  const verify =
    document.verificationUrl === undefined
      ? ""
      : `<p><a href="${escapeHtml(document.verificationUrl)}">Verificar este documento</a></p>`;
  return page(document.title, `<p>${escapeHtml(document.institution)}</p>${listOf(allRows(document))}${verify}`);
}

const PROBLEMS = {
  absent: ["No encontramos este enlace", "Revise que el código esté bien escrito."],
  used: ["Este enlace ya se usó", "Por su seguridad, cada enlace se abre una sola vez."],
  expired: ["Este enlace venció", "Los enlaces duran poco tiempo, por su seguridad."],
  "too-many": ["Demasiados intentos", "Espere diez minutos y pruebe otra vez."],
  "not-found": ["No existe esta página", "Revise que la dirección esté bien escrita."],
  failure: ["No podemos mostrar esta página", "Pruebe otra vez en unos minutos."],
} as const;
export type PageProblem = keyof typeof PROBLEMS;

export function problemPage(problem: PageProblem): string {
  const [title, text] = PROBLEMS[problem];
  const next =
    problem === "used" || problem === "expired" || problem === "absent"
      ? "<p>Puede pedir su documento de nuevo en un módulo de ChileAtiende.</p>"
      : "";
  return page(title, `<p>${text}</p>${next}`);
}

const VERDICTS: Readonly<Record<Verification["state"], readonly [string, string]>> = {
  valid: ["Documento válido", "La institución confirma que emitió este documento."],
  expired: ["Documento vencido", "La institución emitió este documento, pero su plazo terminó."],
  annulled: ["Documento anulado", "La institución anuló este documento. No tiene valor."],
  used: ["Documento ya utilizado", "La institución emitió este documento y ya fue utilizado."],
};

/** What anybody may know who holds the paper: the state and the dates, never whose it is. */
export function verificationPage(folio: string, verification: Verification | undefined | "no-answer"): string {
  if (verification === "no-answer") {
    return page("No pudimos verificar ahora", "<p>La institución no responde. Pruebe otra vez en unos minutos.</p>");
  }
  if (verification === undefined) {
    return page("Documento no encontrado", "<p>El folio o el código no corresponden a un documento emitido.</p>");
  }
  const [title, text] = VERDICTS[verification.state];
  const dates = `<dl><dt>Folio</dt><dd>${escapeHtml(folio)}</dd><dt>Emitido</dt><dd>${escapeHtml(verification.issuedAt.slice(0, 10))}</dd><dt>Válido hasta</dt><dd>${escapeHtml(verification.validUntil)}</dd></dl>`;
  return page(title, `<p>${text}</p>${dates}`);
}

/** Where a turn stands now; it is asked for again by loading the page again. */
export function turnPage(turn: TurnState): string {
  if (turn.kind === "appointment") {
    const rows = listOf([
      ["Día", dayOf(turn.date)],
      ["Hora", turn.time],
      ["Lugar", turn.place],
      ["Para", turn.matter],
    ]);
    return page("Su hora reservada", `${rows}<p>Llegue diez minutos antes. Traiga su cédula.</p>`);
  }
  const before = turn.ahead === 0 ? "Usted es la persona que sigue." : `Personas antes de usted: ${turn.ahead}.`;
  const now = turn.ahead === null ? "Ya llamaron su número. Si no pasó, avise en el mesón." : before;
  const rows = listOf([
    ["Fila", turn.queue],
    ...(turn.called === null ? [] : [["Van en el número", turn.called] as const]),
  ]);
  return page(
    `Su número: ${turn.number}`,
    `<p>${now}</p>${rows}<form method="get"><button type="submit">Mirar otra vez</button></form>`,
  );
}

function listOf(rows: readonly (readonly [label: string, value: string])[]): string {
  return `<dl>${rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;
}

export function page(title: string, content: string): string {
  return `<!DOCTYPE html><html lang="es-CL"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
