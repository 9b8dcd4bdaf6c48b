import { escapeHtml, page } from "../delivery/page.ts";
import type { LoginFacts } from "./logins.ts";

/** The pages on which a citizen logs in with their phone: Spanish, no scripts, sentences of at most 15 words. */

/** Asks before anything is used up, and says which kiosk is meant: a code can be sent to somebody who stands elsewhere. */
export function startPage(login: LoginFacts): string {
  return page(
    "Entre con su ClaveÚnica",
    `${whereOf(login)}<p>Siga solo si usted está frente a este módulo ahora.</p>` +
      "<p>Si alguien le envió este código, cierre esta página.</p>" +
      '<form method="post"><button type="submit" aria-label="Iniciar sesión con ClaveÚnica">Estoy aquí. Entrar con ClaveÚnica</button></form>',
  );
}

/** Who logged in says which number the kiosk shows; it is not on this page alone, so that one must look. */
export function confirmPage(login: LoginFacts, name: string | undefined): string {
  const buttons = login.choices
    .map((number) => `<p><button type="submit" name="number" value="${number}">${number}</button></p>`)
    .join("");
  return page(
    "¿Qué número ve en el módulo?",
    `${name === undefined ? "" : `<p>Usted entró como ${escapeHtml(name)}.</p>`}${whereOf(login)}` +
      "<p>Mire la pantalla del módulo. Toque aquí el mismo número.</p>" +
      `<form method="post" action="/claveunica/confirm">${buttons}<p><button type="submit" name="number" value="">No estoy frente a ese módulo</button></p></form>`,
  );
}

/** @param logout where the phone's session at ClaveÚnica is ended. */
export function confirmedPage(logout: string): string {
  return page(
    "Listo. Siga en el módulo",
    "<p>El módulo ya sabe quién es usted. Puede guardar su teléfono.</p>" +
      `<p><a href="${escapeHtml(logout)}">Cerrar sesión en ClaveÚnica</a></p>`,
  );
}

const ENDINGS = {
  "wrong-number": [
    "El número no corresponde",
    "Por su seguridad, no enviamos sus datos al módulo. Puede comenzar otra vez en el módulo.",
  ],
  declined: ["No enviamos sus datos", "Nadie usó su ClaveÚnica en ese módulo. Puede cerrar esta página."],
  refused: ["ClaveÚnica no aceptó la entrada", "Puede comenzar otra vez en el módulo, o usar su cédula."],
  unavailable: ["ClaveÚnica no responde", "Puede comenzar otra vez en el módulo, o usar su cédula."],
  absent: ["Este código no existe o ya venció", "Revise el código, o pida otro en la pantalla del módulo."],
  taken: ["Este código se abrió en otro teléfono", "Si no fue usted, pida otro código en la pantalla del módulo."],
  over: ["Esta entrada ya terminó", "Si lo necesita, comience otra vez en el módulo."],
  "too-many": ["Demasiados intentos", "Espere diez minutos y pruebe otra vez."],
} as const;
export type LoginEnding = keyof typeof ENDINGS;

export function endingPage(ending: LoginEnding): string {
  const [title, text] = ENDINGS[ending];
  return page(title, `<p>${text}</p>`);
}

function whereOf({ place, kiosk, about, purpose }: LoginFacts): string {
  const rows = [
    ["Lugar", place],
    ["Módulo", kiosk],
    [purpose === "sign" ? "Usted firma" : "Trámite", about],
  ];
  return `<dl>${rows.map(([label = "", value = ""]) => `<dt>${label}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;
}
