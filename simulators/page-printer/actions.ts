import type { OperatorAction } from "../operator.ts";
import { choice, simple, whole } from "../operator-parameters.ts";
import { OFFICE_PRINTER } from "./attributes.ts";
import { type EngineFault, FULL_TRAY, LOW } from "./engine.ts";
import type { FrontFaults } from "./front.ts";
import type { PagePrinterSimulator } from "./simulator.ts";

const JOB_FAULTS: { readonly [fault in EngineFault]: OperatorAction["label"] } = {
  abort: { es: "Abandona el documento después de una hoja", en: "Gives the document up after one page" },
  "completed-with-errors": { es: "Termina con errores", en: "Completes with errors" },
  die: { es: "Se apaga después de una hoja", en: "Dies after one page" },
};

const WIRE_FAULTS = [
  "loseAnswer",
  "loseDocument",
  "silent",
  "wrongRequestId",
  "lyingLength",
  "attributeBomb",
  "garbage",
  "html",
  "serverError",
  "unauthorised",
  "busy",
] as const satisfies readonly (keyof FrontFaults)[];

const NATURES = {
  office: OFFICE_PRINTER,
  "only-print-job": { ...OFFICE_PRINTER, createJob: false },
  "no-pdf": { ...OFFICE_PRINTER, formats: ["application/octet-stream", "image/pwg-raster"] },
  "no-a4": { ...OFFICE_PRINTER, media: ["na_letter_8.5x11in"] },
  simplex: { ...OFFICE_PRINTER, sides: ["one-sided"] },
} as const;

/** What an operator's hand can do to the printer. */
export function operatorActions(printer: PagePrinterSimulator): { readonly [name: string]: OperatorAction } {
  return {
    paperLow: simple("Queda poco papel", "Paper is low", () => printer.set({ paper: LOW - 1 })),
    paperEnd: {
      label: { es: "Se acaba el papel", en: "Paper runs out" },
      parameters: { afterSheets: { kind: "number", initial: 0 } },
      run: ({ afterSheets = 0 }) => printer.set({ paper: whole(afterSheets, "afterSheets") }),
    },
    loadPaper: simple("Cargar papel", "Load paper", () => printer.set({ paper: FULL_TRAY })),
    openCover: simple("Abrir la tapa", "Open the cover", () => printer.set({ coverOpen: true })),
    closeCover: simple("Cerrar la tapa", "Close the cover", () => printer.set({ coverOpen: false })),
    jam: simple("Atascar el papel", "Jam the paper", () => printer.set({ jam: true })),
    clearJam: simple("Sacar el papel atascado", "Take the jammed paper out", () => printer.set({ jam: false })),
    tonerLow: simple("Queda poco tóner", "Toner is low", () => printer.set({ toner: "low" })),
    tonerEmpty: simple("Se acaba el tóner", "Toner runs out", () => printer.set({ toner: "empty" })),
    changeToner: simple("Cambiar el tóner", "Change the toner", () => printer.set({ toner: "full" })),
    outputFull: simple("Llenar la bandeja de salida", "Fill the output tray", () => printer.set({ outputFull: true })),
    emptyOutput: simple("Vaciar la bandeja de salida", "Empty the output tray", () =>
      printer.set({ outputFull: false }),
    ),
    pause: simple("Pausar en el panel", "Pause at the panel", () => printer.set({ paused: true })),
    resume: simple("Reanudar en el panel", "Resume at the panel", () => printer.set({ paused: false })),
    powerOff: simple("Apagar", "Switch off", () => printer.powerOff()),
    powerOn: simple("Encender", "Switch on", () => printer.powerOn()),
    unplug: simple("Desenchufar el cable de red", "Unplug the network cable", () => printer.unplug()),
    plug: simple("Enchufar el cable de red", "Plug the network cable in", () => printer.plug()),
    repair: simple("Reparar todo", "Repair everything", () => printer.repair()),
    jobFault: {
      label: { es: "El próximo documento falla", en: "The next document fails" },
      parameters: { fault: { kind: "choice", choices: Object.keys(JOB_FAULTS) } },
      run: ({ fault }) => {
        printer.engine.fault = choice(fault, Object.keys(JOB_FAULTS) as EngineFault[], "fault");
        printer.changed();
      },
    },
    wireFault: {
      label: { es: "Falla en la red", en: "Misbehave on the wire" },
      parameters: { fault: { kind: "choice", choices: WIRE_FAULTS }, on: { kind: "flag", initial: true } },
      run: ({ fault, on = true }) => {
        printer.front.faults[choice(fault, WIRE_FAULTS, "fault")] = on === true;
        printer.changed();
      },
    },
    slow: {
      label: { es: "Responder lento", en: "Answer slowly" },
      parameters: { milliseconds: { kind: "number", initial: 3_000 } },
      run: ({ milliseconds = 0 }) => {
        printer.front.faults.slow = whole(milliseconds, "milliseconds");
        printer.changed();
      },
    },
    nature: {
      label: { es: "Ser otra impresora", en: "Be another printer" },
      parameters: { nature: { kind: "choice", choices: Object.keys(NATURES) } },
      run: ({ nature }) => {
        printer.nature = NATURES[choice(nature, Object.keys(NATURES) as (keyof typeof NATURES)[], "nature")];
        printer.changed();
      },
    },
  };
}
