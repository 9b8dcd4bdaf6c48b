import type { AlertEntry } from "../alerts.ts";

export const SECURITY_ALERTS = {
  "certificate-expiring": {
    axis: "security",
    severity: "warning",
    who: "technician",
    title: { es: "El certificado vence pronto", en: "The certificate expires soon" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "El equipo debió renovarlo solo: revise su red y su reloj.",
      en: "The kiosk should have renewed it by itself: check its network and clock.",
    },
  },
  "certificate-expired": {
    axis: "security",
    severity: "warning",
    who: "technician",
    title: { es: "Certificado vencido", en: "The certificate has expired" },
    citizens: {
      es: "Nada, pero el centro ya no ve ni cambia este equipo.",
      en: "Nothing, but the centre can no longer see or change this kiosk.",
    },
    action: { es: "Enrole el equipo otra vez con un código nuevo.", en: "Enrol the kiosk again with a new code." },
  },
  "clock-wrong": {
    axis: "security",
    severity: "warning",
    who: "technician",
    title: { es: "Reloj equivocado", en: "The clock is wrong" },
    citizens: { es: "Los papeles pueden salir con hora equivocada.", en: "Papers may carry a wrong time." },
    action: {
      es: "Revise la sincronización de hora y la pila del equipo.",
      en: "Check time synchronisation and the machine's battery.",
    },
  },
  "no-client-certificate": {
    axis: "security",
    severity: "info",
    who: "none",
    title: { es: "Un intermediario abre la conexión", en: "Something in between opens the connection" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "Nada urgente: cada mensaje va firmado. Pida a la red que no inspeccione este tráfico.",
      en: "Nothing urgent: every message is signed. Ask the network not to inspect this traffic.",
    },
  },
  "identity-cloned": {
    axis: "security",
    severity: "critical",
    who: "technician",
    title: { es: "Identidad usada por dos equipos", en: "Identity used by two machines" },
    citizens: {
      es: "Nada, pero uno de los dos equipos no es de confianza.",
      en: "Nothing, but one of the two machines is not to be trusted.",
    },
    action: {
      es: "Ubique ambos equipos, revoque la identidad y enrole de nuevo el verdadero.",
      en: "Find both machines, revoke the identity and enrol the right one again.",
    },
  },
  "identity-knocking": {
    axis: "security",
    severity: "warning",
    who: "technician",
    title: { es: "Un equipo revocado intenta entrar", en: "A revoked machine asks to be let in" },
    citizens: {
      es: "No se sabe: el equipo ya no es de la red.",
      en: "Nobody knows: the machine is no longer part of the network.",
    },
    action: {
      es: "Ubique el equipo: debe estar retirado, o enrolado de nuevo.",
      en: "Find the machine: it should be retired, or enrolled again.",
    },
  },
} as const satisfies Record<string, AlertEntry>;
