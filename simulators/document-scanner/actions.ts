import type { OperatorAction } from "../operator.ts";
import { choice, simple, whole } from "../operator-parameters.ts";
import type { FrontFaults } from "./front.ts";
import { OFFICE_SCANNER } from "./settings.ts";
import type { DocumentScannerSimulator } from "./simulator.ts";

const WIRE_FAULTS = [
  ...(["silent", "garbage", "html", "serverError", "unauthorised", "busy", "entityBomb", "otherName"] as const),
  ...(["askAgain", "notYet", "cutPicture", "wrongType", "endlessPicture"] as const),
] as const satisfies readonly (keyof FrontFaults)[];

const NATURES = {
  "glass-and-feeder": OFFICE_SCANNER,
  "only-glass": { ...OFFICE_SCANNER, feeder: false },
  "only-feeder": { ...OFFICE_SCANNER, platen: false },
  "no-jpeg": { ...OFFICE_SCANNER, formats: ["application/pdf"] },
} as const;

/** What an operator's hand can do to the scanner. */
export function operatorActions(scanner: DocumentScannerSimulator): { readonly [name: string]: OperatorAction } {
  return {
    layOnGlass: simple("Poner un papel en el vidrio", "Lay a paper on the glass", () => void scanner.layOnGlass()),
    clearGlass: simple("Sacar el papel del vidrio", "Take the paper off the glass", () => scanner.set({ glass: 0 })),
    load: {
      label: { es: "Poner papeles en el alimentador", en: "Put papers into the feeder" },
      parameters: { sheets: { kind: "number", initial: 1 } },
      run: ({ sheets = 1 }) => void scanner.load(whole(sheets, "sheets")),
    },
    emptyFeeder: simple("Vaciar el alimentador", "Empty the feeder", () => scanner.set({ feeder: [] })),
    jam: simple("Atascar el papel", "Jam the paper", () => scanner.set({ jam: true })),
    jamNext: simple("Atascar el próximo papel", "Jam the next paper", () => scanner.set({ jamNext: true })),
    clearJam: simple("Sacar el papel atascado", "Take the jammed paper out", () => scanner.set({ jam: false })),
    openCover: simple("Abrir la tapa", "Open the cover", () => scanner.set({ coverOpen: true })),
    closeCover: simple("Cerrar la tapa", "Close the cover", () => scanner.set({ coverOpen: false })),
    breakDown: simple("Averiar", "Break down", () => scanner.set({ broken: true })),
    powerOff: simple("Apagar", "Switch off", () => scanner.powerOff()),
    powerOn: simple("Encender", "Switch on", () => scanner.powerOn()),
    unplug: simple("Desenchufar el cable de red", "Unplug the network cable", () => scanner.unplug()),
    plug: simple("Enchufar el cable de red", "Plug the network cable in", () => scanner.plug()),
    repair: simple("Reparar todo", "Repair everything", () => scanner.repair()),
    wireFault: {
      label: { es: "Falla en la red", en: "Misbehave on the wire" },
      parameters: { fault: { kind: "choice", choices: WIRE_FAULTS }, on: { kind: "flag", initial: true } },
      run: ({ fault, on = true }) => {
        scanner.front.faults[choice(fault, WIRE_FAULTS, "fault")] = on === true;
        scanner.changed();
      },
    },
    slow: {
      label: { es: "Responder lento", en: "Answer slowly" },
      parameters: { milliseconds: { kind: "number", initial: 3_000 } },
      run: ({ milliseconds = 0 }) => {
        scanner.front.faults.slow = whole(milliseconds, "milliseconds");
        scanner.changed();
      },
    },
    nature: {
      label: { es: "Ser otro escáner", en: "Be another scanner" },
      parameters: { nature: { kind: "choice", choices: Object.keys(NATURES) } },
      run: ({ nature }) => {
        scanner.nature = NATURES[choice(nature, Object.keys(NATURES) as (keyof typeof NATURES)[], "nature")];
        scanner.changed();
      },
    },
  };
}
