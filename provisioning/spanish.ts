import type { CodedError } from "../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../base/registry/errors.ts";
import type { Text } from "./text.ts";

type Words = { readonly meaning: string; readonly action: string };

/** The registry speaks English; these are the failures that a technician meets while a kiosk is made. */
const SPANISH: { readonly [C in ErrorCode]?: Words } = {
  "common.deadline": {
    meaning: "No hubo respuesta a tiempo",
    action: "Revise cable y corriente del equipo nombrado, y vuelva a probar.",
  },
  "common.bad-input": { meaning: "El dato no tiene la forma pedida", action: "Corrija el campo que se nombra." },
  "common.cancelled": { meaning: "La operación se canceló antes de tener efecto", action: "Nada que hacer." },
  "link.absent": {
    meaning: "El equipo no está",
    action: "Revise que el cable esté enchufado, que el equipo tenga corriente y que el puerto sea el correcto.",
  },
  "link.refused": {
    meaning: "El puerto existe pero no se puede abrir",
    action: "Otro programa lo tiene, o falta permiso: ejecute la herramienta como root.",
  },
  "link.lost": { meaning: "Se perdió la conexión con el equipo", action: "Revise el cable y la corriente." },
  "printer.not-answering": {
    meaning: "La impresora no responde",
    action: "Enciéndala; revise el cable, la velocidad de la línea y el modelo.",
  },
  "identity.absent": {
    meaning: "Este equipo no está enrolado",
    action: "Pida un código de un solo uso en la consola y enrólelo.",
  },
  "identity.code-refused": {
    meaning: "El código de un solo uso no es válido",
    action: "Cada código sirve una vez y por tiempo limitado: revise las letras o pida uno nuevo en la consola.",
  },
  "identity.already-enrolled": {
    meaning: "Este equipo ya está enrolado",
    action: "Nada que hacer. Para enrolarlo de nuevo, pídalo con --replace.",
  },
  "identity.server-unreachable": {
    meaning: "No se llega al servidor de la flota",
    action: "Revise cable de red, dirección y nombre del servidor; si hay un proxy, debe dejar pasar HTTPS a él.",
  },
  "identity.server-insecure": {
    meaning: "La dirección del servidor no es https",
    action: "Use la dirección que empieza con https://.",
  },
  "identity.server-not-trusted": {
    meaning: "El certificado del servidor no es de confianza",
    action: "Compare la huella con la de la consola. Si difieren, algo en el camino intercepta la conexión: no siga.",
  },
  "identity.answer-wrong": {
    meaning: "La respuesta del servidor no se puede usar",
    action: "Puede que un proxy la haya cambiado, o que las versiones no calcen.",
  },
  "identity.certificate-unknown": {
    meaning: "El servidor no conoce la identidad de este equipo",
    action: "Enrólelo con un código nuevo.",
  },
  "identity.certificate-expired": {
    meaning: "El certificado de este equipo venció",
    action: "Revise el reloj; si está bien, enrólelo con un código nuevo.",
  },
  "identity.certificate-revoked": {
    meaning: "El certificado de este equipo fue revocado",
    action: "Si el equipo aún es de la flota, enrólelo con un código nuevo.",
  },
  "agent.server-unreachable": {
    meaning: "No se llega al servidor de la flota",
    action: "Revise red, dirección y certificado del servidor.",
  },
  "agent.server-refused": {
    meaning: "El servidor de la flota rechazó a este equipo",
    action: "El detalle dice por qué; por lo común, enrólelo con un código nuevo.",
  },
  "provision.runtime-refused": {
    meaning: "El servicio del tótem no hizo lo pedido",
    action: "Mire «systemctl status ventanilla-runtime» y vuelva a probar.",
  },
  "provision.code-wrong": {
    meaning: "El código no es el de esta puesta en marcha",
    action: "Escríbalo de nuevo tal como está en la consola o en la pantalla de quien lo pidió.",
  },
  "provision.locked": {
    meaning: "Demasiados códigos equivocados",
    action: "Espere un minuto y escríbalo con calma.",
  },
  "provision.port-absent": {
    meaning: "Ahí no hay nada enchufado",
    action: "Mire la lista de equipos y revise el cable.",
  },
  "provision.port-taken": {
    meaning: "Otro equipo ya tiene ese puerto",
    action: "Elija otro puerto, o quite antes el otro equipo de la configuración.",
  },
  "provision.port-held": {
    meaning: "Otro programa tiene el puerto abierto",
    action: "Detenga el programa que se nombra (el tótem: «systemctl stop ventanilla.target») y repita.",
  },
  "provision.model-unknown": {
    meaning: "No hay controlador para ese modelo",
    action: "Use uno de los modelos que se nombran.",
  },
  "provision.kind-not-serial": {
    meaning: "Un equipo de esta clase no va en un puerto serial",
    action:
      "Escríbalo a mano en la configuración del tótem: aquí se prueban y guardan solo los que van en un puerto serial.",
  },
  "readiness.kiosk-busy": {
    meaning: "Se está atendiendo a una persona",
    action: "Espere a que termine y repita la revisión.",
  },
  "readiness.disk-damaged": {
    meaning: "El sistema encontró errores en el disco",
    action: "Cambie el disco e instale de nuevo.",
  },
  "readiness.disk-low": {
    meaning: "Queda poco espacio en el disco",
    action: "Quite lo ajeno al tótem o use un disco mayor.",
  },
  "readiness.memory-low": {
    meaning: "El equipo tiene poca memoria",
    action: "Agregue memoria: 2 GB al menos, mejor 4.",
  },
  "readiness.screen-absent": {
    meaning: "No hay pantalla conectada",
    action: "Revise el cable y la corriente de la pantalla.",
  },
  "readiness.screen-differs": {
    meaning: "La pantalla no es la configurada",
    action: "Mida el ancho de la imagen y corrija screenWidth (milímetros); una sola pantalla.",
  },
  "readiness.service-down": {
    meaning: "Un servicio del tótem no está funcionando",
    action: "Reinicie el equipo una vez; si sigue, mire «journalctl -u» de ese servicio.",
  },
  "readiness.port-open": {
    meaning: "El equipo escucha a la red en un puerto que no necesita",
    action: "Quite el programa que escucha («ss -tulpn» lo nombra) o permita el puerto con --allow-port.",
  },
  "readiness.virtual-reader": {
    meaning:
      "Hay un lector de tarjetas virtual instalado: quien llegue a su puerto podría poner en el tótem una tarjeta inventada",
    action: "Quite el paquete («apt-get purge vsmartcard-vpcd»). Es solo para pruebas en equipos de desarrollo.",
  },
  "readiness.clock-wrong": {
    meaning: "El reloj difiere del servidor en más de dos minutos",
    action: "Ponga la hora («timedatectl set-ntp true») y revise que la red deje pasar NTP.",
  },
  "readiness.gateway-unreachable": {
    meaning: "La conexión con las instituciones no responde",
    action: "Revise cable, red y dirección, y que ningún proxy o cortafuegos esté en el camino.",
  },
  "readiness.gateway-refused": {
    meaning: "Las instituciones no aceptan la identidad de este tótem",
    action: "Revise que el certificado sea el suyo y no haya vencido.",
  },
  "readiness.gateway-identity": {
    meaning: "No se pueden leer los archivos de la identidad para las instituciones",
    action: "Ponga certificado, clave y CA donde dice la configuración.",
  },
};

/** What is the matter, with the detail of this occurrence. */
export function meaningOf({ code, message }: Pick<CodedError, "code" | "message">): Text {
  const detail = message.startsWith(ERRORS[code].meaning)
    ? message.slice(ERRORS[code].meaning.length)
    : ` (${message})`;
  const words = SPANISH[code];
  return { es: words === undefined ? message : `${words.meaning}${detail}`, en: message };
}

/** What to do about it. */
export function actionOf(code: ErrorCode): Text {
  const { action } = ERRORS[code];
  return { es: SPANISH[code]?.action ?? action, en: action };
}
