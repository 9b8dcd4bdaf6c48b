import type { AlertEntry } from "../alerts.ts";

export const SERVICE_ALERTS = {
  "never-seen": {
    axis: "reachability",
    severity: "warning",
    who: "technician",
    title: { es: "Enrolado y nunca visto", en: "Enrolled and never seen" },
    citizens: {
      es: "No se sabe: el equipo todavía no ha hablado.",
      en: "Nobody knows: the machine has not spoken yet.",
    },
    action: {
      es: "Revise que el equipo esté encendido y con red, y que el agente esté en marcha.",
      en: "Check that the machine is on and has network, and that the agent runs.",
    },
  },
  silent: {
    axis: "reachability",
    severity: "critical",
    who: "technician",
    title: { es: "Sin comunicación", en: "Silent" },
    citizens: {
      es: "No se sabe: puede atender sin red al centro, o estar apagado.",
      en: "Nobody knows: it may serve without the centre, or be off.",
    },
    action: {
      es: "Llame a la oficina y pregunte qué se ve en la pantalla; revise corriente y red.",
      en: "Call the office and ask what the screen shows; check power and network.",
    },
  },
  "out-of-service": {
    axis: "service",
    severity: "critical",
    who: "technician",
    title: { es: "Fuera de servicio", en: "Out of service" },
    citizens: {
      es: "Ven «Fuera de servicio» y la invitación a pedir atención en el mesón.",
      en: "They see “Out of service” and are asked to go to the counter.",
    },
    action: {
      es: "Mire las otras alertas de este equipo: dicen la causa. Si no hay ninguna, pida los registros.",
      en: "Look at this kiosk's other alerts: they say why. If there is none, ask for the logs.",
    },
  },
  "runtime-silent": {
    axis: "service",
    severity: "critical",
    who: "technician",
    title: { es: "El programa de atención no responde", en: "The kiosk's program does not answer" },
    citizens: {
      es: "La pantalla puede estar detenida o mostrar «Fuera de servicio».",
      en: "The screen may stand still or show “Out of service”.",
    },
    action: {
      es: "Reinicie la parte «runtime» desde la consola. Si vuelve a pasar, pida los registros.",
      en: "Restart the part “runtime” from the console. If it happens again, ask for the logs.",
    },
  },
  storage: {
    axis: "service",
    severity: "critical",
    who: "technician",
    title: { es: "El disco no sirve para registrar", en: "The disk cannot be written" },
    citizens: {
      es: "Con el disco lleno o malo ven «Fuera de servicio»; con un registro dañado, no pueden pagar.",
      en: "With a full or bad disk they see “Out of service”; with a damaged journal they cannot pay.",
    },
    action: {
      es: "Libere espacio o cambie el disco; el equipo sigue solo. Si dice «damaged», compare la lista del terminal con los incidentes y retire la carpeta journal-damaged.",
      en: "Free space or replace the disk; the kiosk goes on by itself. If it says “damaged”, compare the terminal's list with the incidents and take the folder journal-damaged away.",
    },
  },
  degraded: {
    axis: "service",
    severity: "warning",
    who: "technician",
    title: { es: "Un trámite no está disponible", en: "A service is not available" },
    citizens: {
      es: "Ven el trámite en gris, con el motivo y la invitación a pedir atención en el mesón; los demás trámites siguen.",
      en: "They see the service greyed out, with the reason and a hint to ask at the counter; other services go on.",
    },
    action: {
      es: "Mire qué falta en el detalle; las otras alertas del equipo dicen quién debe actuar.",
      en: "The detail says what is missing; the kiosk's other alerts say who must act.",
    },
  },
  "screen-dark": {
    axis: "service",
    severity: "critical",
    who: "technician",
    title: { es: "Pantalla oscura o detenida", en: "Dark or frozen screen" },
    citizens: {
      es: "Ven una pantalla oscura o una imagen que no responde.",
      en: "They see a dark screen or a picture that does not respond.",
    },
    action: {
      es: "Reinicie la parte «shell» desde la consola; si sigue, revise la pantalla y su cable.",
      en: "Restart the part “shell” from the console; if it stays, check the screen and its cable.",
    },
  },
  "gateway-unreachable": {
    axis: "service",
    severity: "warning",
    who: "supplier",
    title: { es: "No llega a la pasarela de instituciones", en: "Cannot reach the institutions' gateway" },
    citizens: {
      es: "Ven los trámites que dependen de una institución como no disponibles, o «Fuera de servicio».",
      en: "They see services that need an institution as not available, or “Out of service”.",
    },
    action: {
      es: "Si son muchos equipos, es la pasarela o el enlace: avise a su proveedor. Si es uno, revise su red.",
      en: "If it is many kiosks, it is the gateway or the line: tell its supplier. If it is one, check its network.",
    },
  },
  "institution-down": {
    axis: "service",
    severity: "warning",
    who: "supplier",
    title: { es: "Una institución no responde", en: "An institution does not answer" },
    citizens: {
      es: "Ven sus trámites en gris: «la institución no responde en este momento».",
      en: "They see its services greyed out: the institution does not answer at the moment.",
    },
    action: {
      es: "Espere unos minutos; si sigue, llame a la institución.",
      en: "Wait some minutes; if it lasts, call the institution.",
    },
  },
  "outbox-waiting": {
    axis: "service",
    severity: "warning",
    who: "technician",
    title: { es: "Solicitudes sin enviar hace más de un día", en: "Requests unsent for more than a day" },
    citizens: {
      es: "Quien dejó una solicitud tiene un papel con su número; la institución aún no la recibe.",
      en: "Whoever left a request holds a paper with its number; the institution does not have it yet.",
    },
    action: {
      es: "Dé conexión al equipo: las solicitudes se envían solas. No lo reinstale ni cambie su disco antes.",
      en: "Give the kiosk a connection: requests are sent by themselves. Do not reinstall it or change its disk before.",
    },
  },
  "incidents-waiting": {
    axis: "service",
    severity: "warning",
    who: "technician",
    title: { es: "Casos que esperan ser enviados", en: "Cases that wait to be sent" },
    citizens: {
      es: "Quien tuvo un problema tiene un papel con su número de caso, que el mesón aún no encuentra.",
      en: "Somebody who had a problem holds a paper with a case number that the counter cannot find yet.",
    },
    action: {
      es: "Revise la conexión con la pasarela: los casos se envían solos cuando vuelve.",
      en: "Check the connection to the gateway: cases are sent by themselves when it is back.",
    },
  },
} as const satisfies Record<string, AlertEntry>;
