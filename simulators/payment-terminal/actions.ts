import type { Json, OperatorAction } from "../operator.ts";
import type { Card } from "./ledger.ts";

type Actions = { readonly [name: string]: OperatorAction };

/** What a hand can do at any payment terminal. */
type OperatedTerminal = {
  removeCard(): void;
  approve(): void;
  cancelAtTerminal(): void;
  unplug(): void;
  plug(): void;
  powerOff(): void;
  powerOn(): void;
  readonly faults: { clear(): void };
};

/** The verbs that every payment terminal has, in the order in which an operator sees them; `between` stands behind the payment's. */
export function terminalActions(
  terminal: OperatedTerminal,
  own: {
    readonly card: OperatorAction;
    readonly decline: OperatorAction;
    readonly between?: Actions;
    readonly failNext: OperatorAction;
  },
): Actions {
  return {
    insertCard: own.card,
    removeCard: { label: { es: "Retirar tarjeta", en: "Remove card" }, run: () => terminal.removeCard() },
    approve: { label: { es: "Aprobar", en: "Approve" }, run: () => terminal.approve() },
    decline: own.decline,
    cancelAtTerminal: {
      label: { es: "Cancelar en el terminal", en: "Cancel at the terminal" },
      run: () => terminal.cancelAtTerminal(),
    },
    ...own.between,
    unplug: { label: { es: "Desconectar el cable", en: "Unplug the cable" }, run: () => terminal.unplug() },
    plug: { label: { es: "Conectar el cable", en: "Plug the cable in" }, run: () => terminal.plug() },
    powerOff: { label: { es: "Cortar la corriente", en: "Power off" }, run: () => terminal.powerOff() },
    powerOn: { label: { es: "Dar la corriente", en: "Power on" }, run: () => terminal.powerOn() },
    failNext: own.failNext,
    clearFaults: { label: { es: "Quitar las fallas", en: "Clear the faults" }, run: () => terminal.faults.clear() },
  };
}

export const CARD_PARAMETERS = {
  kind: { kind: "choice", choices: ["debit", "credit"], initial: "debit" },
  last4: { kind: "text", initial: "0042" },
} as const;

/**
 * The card that an operator means.
 *
 * @throws Error in the operator's words when it is none.
 */
export function readCard({ kind = "debit", last4 = "0042" }: { readonly [name: string]: Json }): Card {
  if (kind !== "debit" && kind !== "credit") throw new Error("kind must be debit or credit");
  if (typeof last4 !== "string" || !/^\d{4}$/.test(last4)) throw new Error("last4 must be four digits, as text");
  return { kind, last4, brand: kind === "debit" ? "DB" : "VI" };
}

/** Makes the terminal fail at what is chosen. @param plan told the fault and the action's other parameters. */
export function failNextAction<F>(
  faults: { readonly [name: string]: F },
  initial: string,
  plan: (fault: F, parameters: { readonly [name: string]: Json }) => void,
  further: OperatorAction["parameters"] = {},
): OperatorAction {
  return {
    label: { es: "Provocar una falla", en: "Make it fail next" },
    parameters: { fault: { kind: "choice", choices: Object.keys(faults), initial }, ...further },
    run: (parameters) => {
      const { fault } = parameters;
      const planned = typeof fault === "string" && Object.hasOwn(faults, fault) ? faults[fault] : undefined;
      if (planned === undefined) throw new Error(`fault must be one of ${Object.keys(faults).join(", ")}`);
      plan(planned, parameters);
    },
  };
}
