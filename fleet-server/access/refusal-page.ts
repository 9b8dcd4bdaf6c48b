import type { CodedError } from "../../base/registry/coded-error.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const WORDS: Record<string, readonly [string, string]> = {
  "access.no-role": [
    "El proveedor de identidad le conoce, pero ninguno de sus grupos da acceso a esta consola. Pida a una persona administradora que le agregue a uno.",
    "The identity provider knows you, but none of your groups gives access to this console. Ask an administrator to add you to one.",
  ],
  "access.oidc-unavailable": [
    "El proveedor de identidad no responde. Intente de nuevo en unos minutos.",
    "The identity provider does not answer. Try again in some minutes.",
  ],
};
const OTHER = [
  "No fue posible completar el ingreso. Intente de nuevo.",
  "Signing in could not be completed. Try again.",
] as const;

/** What somebody sees who comes back from the identity provider and may not enter; no script, no style, no data of theirs. */
export function refusalPage({ code }: CodedError): { readonly headers: typeof HEADERS; readonly body: string } {
  const [es, en] = WORDS[code] ?? OTHER;
  const body = `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ventanilla</title></head><body><main><h1>Sin acceso</h1><p>${es}</p>
<section lang="en"><h2>No access</h2><p>${en}</p></section>
<p><a href="/">Volver al ingreso · <span lang="en">Back to sign-in</span></a></p><p><small>${code}</small></p></main></body></html>`;
  return { headers: HEADERS, body };
}
