import type { AlertEntry } from "../alerts.ts";

export const DEVICES_ALERTS = {
  "printer-paper-empty": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Impresora sin papel", en: "Printer out of paper" },
    citizens: {
      es: "Ven en gris los trámites que imprimen: «Hoy no se puede imprimir en este equipo». A quien ya está en uno se le ofrece su documento por código QR o por correo.",
      en: "They see services that print greyed out: “Printing is not possible on this machine today”. Who is in the middle of one is offered the document by QR code or e-mail.",
    },
    action: {
      es: "Cargue un rollo. Lo que estaba imprimiendo sigue solo si se hace a tiempo.",
      en: "Load a roll. What was being printed goes on by itself when that is done in time.",
    },
  },
  "printer-paper-low": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Queda poco papel", en: "Paper is running out" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "Tenga un rollo a mano y cámbielo cuando nadie esté usando el equipo.",
      en: "Have a roll at hand and change it when nobody uses the kiosk.",
    },
  },
  "printer-paper-jam": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Papel atascado", en: "Paper jam" },
    citizens: {
      es: "Ven en gris los trámites que imprimen: «Hoy no se puede imprimir en este equipo». A quien ya está en uno se le ofrece su documento por código QR o por correo.",
      en: "They see services that print greyed out: “Printing is not possible on this machine today”. Who is in the middle of one is offered the document by QR code or e-mail.",
    },
    action: {
      es: "Abra la tapa, saque el papel atascado, cierre la tapa y reinicie la impresora.",
      en: "Open the cover, take out the jammed paper, close the cover and reset the printer.",
    },
  },
  "printer-cover-open": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Tapa de la impresora abierta", en: "Printer cover open" },
    citizens: {
      es: "Ven en gris los trámites que imprimen: «Hoy no se puede imprimir en este equipo». A quien ya está en uno se le ofrece su documento por código QR o por correo.",
      en: "They see services that print greyed out: “Printing is not possible on this machine today”. Who is in the middle of one is offered the document by QR code or e-mail.",
    },
    action: { es: "Cierre la tapa hasta que suene.", en: "Close the cover until it clicks." },
  },
  "printer-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "La impresora falla", en: "Printer fault" },
    citizens: {
      es: "Ven en gris los trámites que imprimen: «Hoy no se puede imprimir en este equipo». A quien ya está en uno se le ofrece su documento por código QR o por correo.",
      en: "They see services that print greyed out: “Printing is not possible on this machine today”. Who is in the middle of one is offered the document by QR code or e-mail.",
    },
    action: {
      es: "El detalle dice la falla. Apague y encienda la impresora una vez; si vuelve, cámbiela.",
      en: "The detail names the fault. Switch the printer off and on once; if it comes back, replace it.",
    },
  },
  "terminal-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El terminal de pago falla", en: "Payment terminal fault" },
    citizens: {
      es: "Ven en gris los trámites con pago: «Hoy no se puede pagar en este equipo». Los trámites gratuitos siguen.",
      en: "They see services with a payment greyed out: “Paying is not possible on this machine today”. Free services go on.",
    },
    action: {
      es: "El detalle dice la falla: llaves, cierre o conexión. Siga la guía del terminal.",
      en: "The detail names the fault: keys, closing or connection. Follow the terminal's guide.",
    },
  },
  "reader-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El lector de cédula falla", en: "ID card reader fault" },
    citizens: {
      es: "Ven en gris los trámites con cédula: «Hoy no se puede leer la cédula en este equipo».",
      en: "They see services that need the ID card greyed out: “The ID card cannot be read on this machine today”.",
    },
    action: {
      es: "Limpie el vidrio, revise el cable y pruebe una lectura desde la consola.",
      en: "Clean the glass, check the cable and try a reading from the console.",
    },
  },
  "chip-reader-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El lector de chip falla", en: "Chip card reader fault" },
    citizens: {
      es: "Los trámites que exigen el chip están en gris: «Hoy no se puede leer el chip de la cédula en este equipo». Los demás siguen sin leerlo.",
      en: "Services that require the chip are greyed out: “The card's chip cannot be read on this machine today”. The others go on without it.",
    },
    action: {
      es: "Saque la tarjeta olvidada, revise el cable y que pcscd esté instalado y funcionando; si vuelve, cambie el lector.",
      en: "Take out a forgotten card, check the cable and that pcscd is installed and running; if it comes back, replace the reader.",
    },
  },
  "page-printer-fault": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "La impresora de hojas falla", en: "Page printer fault" },
    citizens: {
      es: "Ven en gris los trámites que imprimen hojas: «Hoy no se pueden imprimir hojas en este equipo».",
      en: "They see services that print pages greyed out: “Pages cannot be printed on this machine today”.",
    },
    action: {
      es: "El detalle dice la falla: papel, tóner, atasco o tapa. Si no es ninguno de ellos, llame al técnico.",
      en: "The detail names the fault: paper, toner, jam or cover. If it is none of them, call the technician.",
    },
  },
  "fingerprint-reader-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El lector de huella falla", en: "Fingerprint reader fault" },
    citizens: {
      es: "Ven en gris los trámites con huella: «Hoy no se puede leer la huella en este equipo».",
      en: "They see services that need a fingerprint greyed out: “Fingerprints cannot be read on this machine today”.",
    },
    action: {
      es: "Limpie el vidrio con un paño seco y revise el cable; si vuelve, cambie el lector.",
      en: "Clean the glass with a dry cloth and check the cable; if it comes back, replace the reader.",
    },
  },
  "document-scanner-fault": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "El escáner de documentos falla", en: "Document scanner fault" },
    citizens: {
      es: "Ven en gris los trámites en que se escanean papeles: «Hoy no se pueden escanear papeles en este equipo».",
      en: "They see services in which papers are scanned greyed out: “Papers cannot be scanned on this machine today”.",
    },
    action: {
      es: "El detalle dice la falla: atasco o tapa. Saque el papel, devuélvalo a su dueño y cierre la tapa; si es otra cosa, llame al técnico.",
      en: "The detail names the fault: jam or cover. Take the paper out, give it back to its owner, close the cover; if it is something else, call the technician.",
    },
  },
  "keypad-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El teclado accesible falla", en: "Accessible keypad fault" },
    citizens: {
      es: "Quien no ve o no alcanza la pantalla no puede usar el equipo solo. Los demás no notan nada.",
      en: "Who cannot see or reach the screen cannot use the kiosk alone. Others notice nothing.",
    },
    action: {
      es: "Revise teclas trabadas, el cable y la salida de audífonos; si vuelve, cambie el teclado.",
      en: "Check for stuck keys, the cable and the headphone jack; if it comes back, replace the keypad.",
    },
  },
  "io-board-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "La placa de luces y sensores falla", en: "Lights and sensors board fault" },
    citizens: {
      es: "Las luces no guían y el equipo no nota quién llega. Los trámites siguen.",
      en: "Lights do not guide and the kiosk does not notice who comes. Services go on.",
    },
    action: {
      es: "Revise el cable y la corriente de la placa. Hasta entonces el equipo no sabe si le abren la puerta.",
      en: "Check the board's cable and power. Until then the kiosk does not know whether its door is opened.",
    },
  },
  "ups-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "El respaldo de energía falla", en: "Backup power fault" },
    citizens: {
      es: "Nada todavía; con un corte de luz el equipo se apaga de golpe.",
      en: "Nothing yet; in a power cut the kiosk goes dark at once.",
    },
    action: {
      es: "El detalle dice la falla: batería, sobrecarga o cable. Cambie la batería si es ella.",
      en: "The detail names the fault: battery, overload or cable. Replace the battery if it is that.",
    },
  },
  "device-absent": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Un dispositivo no está conectado", en: "A device is not connected" },
    citizens: {
      es: "Ven en gris los trámites que necesitan ese equipo; los demás siguen.",
      en: "They see services that need that device greyed out; others go on.",
    },
    action: {
      es: "Revise el cable, la corriente y el puerto del dispositivo que dice el detalle.",
      en: "Check cable, power and port of the device that the detail names.",
    },
  },
  "device-fault": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Un dispositivo falla", en: "A device has a fault" },
    citizens: {
      es: "Ven en gris los trámites que necesitan ese equipo; los demás siguen.",
      en: "They see services that need that device greyed out; others go on.",
    },
    action: { es: "El detalle dice la falla y el dispositivo.", en: "The detail names the fault and the device." },
  },
  "device-warning": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Un dispositivo pide atención", en: "A device asks for attention" },
    citizens: { es: "Casi nada: el dispositivo sigue atendiendo.", en: "Hardly anything: the device still serves." },
    action: {
      es: "El detalle dice qué revisar antes de que deje de atender.",
      en: "The detail says what to look at before it stops serving.",
    },
  },
  "device-notice": {
    axis: "devices",
    severity: "info",
    who: "none",
    title: { es: "Aviso de un dispositivo", en: "A device's notice" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: { es: "Nada, salvo que dure.", en: "Nothing, unless it lasts." },
  },
  "consumable-empty": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Se acabó un insumo", en: "A consumable is empty" },
    citizens: {
      es: "Ven en gris los trámites que necesitan ese equipo; los demás siguen.",
      en: "They see services that need that device greyed out; others go on.",
    },
    action: { es: "Reponga el insumo que dice el detalle.", en: "Refill what the detail names." },
  },
  "consumable-low": {
    axis: "devices",
    severity: "warning",
    who: "attendant",
    title: { es: "Queda poco de un insumo", en: "A consumable is running out" },
    citizens: { es: "No notan nada.", en: "They notice nothing." },
    action: {
      es: "Tenga repuesto a mano y reponga cuando nadie esté usando el equipo.",
      en: "Have a spare at hand and refill when nobody uses the kiosk.",
    },
  },
  "disk-full": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Disco casi lleno", en: "Disk almost full" },
    citizens: {
      es: "Nada todavía; si se llena, el equipo deja de atender.",
      en: "Nothing yet; when it is full, the kiosk stops serving.",
    },
    action: {
      es: "Pida los registros y libere espacio, o cambie el disco.",
      en: "Ask for the logs and free space, or replace the disk.",
    },
  },
  "memory-low": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Poca memoria libre", en: "Little free memory" },
    citizens: { es: "El equipo puede responder lento.", en: "The kiosk may respond slowly." },
    action: {
      es: "Reinicie el equipo fuera del horario de atención; si se repite, avise al proveedor.",
      en: "Restart the machine outside opening hours; if it repeats, tell the supplier.",
    },
  },
  "too-hot": {
    axis: "devices",
    severity: "warning",
    who: "technician",
    title: { es: "Temperatura alta", en: "Temperature is high" },
    citizens: {
      es: "Nada todavía; si sube más, el equipo se apaga solo.",
      en: "Nothing yet; if it rises, the machine switches itself off.",
    },
    action: { es: "Revise ventiladores, polvo y sol directo.", en: "Check fans, dust and direct sun." },
  },
} as const satisfies Record<string, AlertEntry>;
