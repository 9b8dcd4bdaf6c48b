import type { Json, OperatorAction } from "../operator.ts";
import { simple } from "../operator-parameters.ts";
import { FULL_ROLL, NEAR_END, type PrinterFaults } from "./machine.ts";
import type { ReceiptPrinterSimulator } from "./simulator.ts";

const LINE = 30;

const FAULTS: { readonly [fault in keyof PrinterFaults]: OperatorAction["label"] } = {
  noReply: { es: "No responde nada", en: "Answers nothing" },
  halfReply: { es: "Corta la próxima confirmación", en: "Cuts the next confirmation short" },
  wrongId: { es: "Confirma otro trabajo", en: "Confirms another job" },
  flowInsideReplies: { es: "XOFF y XON dentro de las respuestas", en: "XOFF and XON inside replies" },
  noProcessId: { es: "Clon sin GS ( H", en: "Clone without GS ( H" },
  onlyRealTime: { es: "Solo responde DLE EOT", en: "Answers DLE EOT only" },
};

/** What an operator's hand can do to the printer. */
export function operatorActions(
  printer: ReceiptPrinterSimulator,
  presenter: boolean,
): { readonly [name: string]: OperatorAction } {
  return {
    paperNearEnd: simple("Papel por acabarse", "Paper near end", () => printer.set({ paper: NEAR_END - 1 })),
    paperEnd: {
      label: { es: "Se acaba el papel", en: "Paper runs out" },
      parameters: { afterLines: { kind: "number", initial: 0 } },
      run: ({ afterLines = 0 }) => printer.set({ paper: count(afterLines, "afterLines") * LINE }),
    },
    loadPaper: simple("Cargar papel", "Load paper", () => printer.set({ paper: FULL_ROLL, paperJam: false })),
    openCover: simple("Abrir la tapa", "Open the cover", () => printer.set({ coverOpen: true })),
    closeCover: simple("Cerrar la tapa", "Close the cover", () => printer.set({ coverOpen: false })),
    jam: simple("Atascar el papel", "Jam the paper", () => printer.set({ paperJam: true })),
    cutterFault: simple("Bloquear el cortador", "Block the cutter", () =>
      printer.set({ cutterFault: true, cutterBlocked: true }),
    ),
    freeCutter: simple("Liberar el cortador (falta reiniciar)", "Free the cutter (a reset is still needed)", () =>
      printer.set({ cutterBlocked: false }),
    ),
    headHot: simple("Recalentar el cabezal", "Overheat the head", () => printer.set({ headHot: true })),
    headCool: simple("Enfriar el cabezal", "Cool the head", () => printer.set({ headHot: false })),
    breakDown: simple("Falla irrecuperable", "Unrecoverable fault", () => printer.set({ unrecoverable: true })),
    clearFaults: simple("Reparar todo", "Repair everything", () => repair(printer)),
    ...(presenter ? { takeTicket: simple("Tomar el boleto", "Take the ticket", () => printer.takeTicket()) } : {}),
    powerOff: simple("Apagar", "Switch off", () => printer.powerOff()),
    powerOn: simple("Encender", "Switch on", () => printer.powerOn()),
    unplug: simple("Desenchufar el cable", "Unplug the cable", () => printer.unplug()),
    plug: simple("Enchufar el cable", "Plug the cable in", () => printer.plug()),
    holdLine: simple("Retener la línea (XOFF)", "Hold the line (XOFF)", () => printer.machine.hold(true)),
    releaseLine: simple("Soltar la línea (XON)", "Release the line (XON)", () => printer.machine.hold(false)),
    fault: {
      label: { es: "Falla en el cable de datos", en: "Misbehave on the wire" },
      parameters: {
        fault: { kind: "choice", choices: Object.keys(FAULTS) },
        on: { kind: "flag", initial: true },
      },
      run: ({ fault, on = true }) => setFault(printer, fault, on === true),
    },
  };
}

function repair(printer: ReceiptPrinterSimulator): void {
  Object.assign(printer.machine.faults, Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, false])));
  printer.set({
    paper: FULL_ROLL,
    coverOpen: false,
    paperJam: false,
    cutterFault: false,
    cutterBlocked: false,
    headHot: false,
    unrecoverable: false,
  });
}

function setFault(printer: ReceiptPrinterSimulator, fault: Json | undefined, on: boolean): void {
  if (typeof fault !== "string" || !Object.hasOwn(FAULTS, fault))
    throw new Error(`The fault must be one of ${Object.keys(FAULTS).join(", ")}.`);
  printer.machine.faults[fault as keyof PrinterFaults] = on;
  printer.machine.changed();
}

function count(value: Json, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be zero or more.`);
  return value;
}
