import { createHash } from "node:crypto";
import type { Verification } from "../connectors/connector.ts";
import type { PhoneDocument } from "./documents.ts";

const STYLE =
  "body{font:1.125rem/1.5 Roboto,system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#1f1f1f;background:#fff}" +
  "h1{font-size:1.6rem;line-height:1.25;border-bottom:4px solid #0a66c2;padding-bottom:.5rem}" +
  "dt{font-weight:bold;margin-top:.75rem}dd{margin:0}a{color:#064a9e}" +
  "button{font:inherit;font-weight:bold;min-height:3rem;padding:.5rem 1.5rem;color:#fff;background:#064a9e;border:0;border-radius:.25rem}" +
  "button:focus-visible,a:focus-visible{outline:4px solid #f0a800;outline-offset:2px}" +
  "@media print{button{display:none}}";

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
export function invitationPage(): string {
  return page(
    "Su documento está listo",
    "<p>Puede abrir este enlace una sola vez.</p><p>Guarde o imprima el documento cuando lo vea.</p>" +
      '<form method="post"><button type="submit">Ver mi documento</button></form>',
  );
}

export function documentPage(document: PhoneDocument): string {
  const rows = [
    ...document.rows,
    ["Folio", document.folio] as const,
    ["Código de verificación", document.verificationCode] as const,
  ];
  const list = rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join("");
  const verify = `<p><a href="${escapeHtml(document.verificationUrl)}">Verificar este documento</a></p>`;
  return page(document.title, `<p>${escapeHtml(document.institution)}</p><dl>${list}</dl>${verify}`);
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

function page(title: string, content: string): string {
  return `<!DOCTYPE html><html lang="es-CL"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
