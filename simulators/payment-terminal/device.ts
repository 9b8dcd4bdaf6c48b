import type { Clock } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { PtyWire } from "../wire/pty.ts";
import type { Wire } from "../wire/wire.ts";
import { CARD_PARAMETERS, failNextAction, readCard, terminalActions } from "./actions.ts";
import type { Fault } from "./faults.ts";
import type { TerminalSettings } from "./settings.ts";
import { SimulatedTerminal, type TerminalState } from "./terminal.ts";

export type PaymentTerminalSimulatorOptions = {
  readonly id: string;
  readonly model: TransbankModelName;
  /** Where the pseudo-terminal's link appears. */
  readonly path: string;
  readonly clock: Clock;
  /** Milliseconds after which the device plays the citizen itself when the operator does nothing; absent: never. */
  readonly autoplay?: number;
  readonly settings?: Partial<TerminalSettings>;
};

export type PaymentTerminalSimulator = SimulatedDevice & {
  /** The terminal itself, for tests: ledger, faults, verbs with types. */
  readonly terminal: SimulatedTerminal;
};

/** A payment terminal at the end of a pseudo-terminal, with the operator's side for dock, API and tests. */
export function createPaymentTerminalSimulator(options: PaymentTerminalSimulatorOptions): PaymentTerminalSimulator {
  const { id, model, path, clock, autoplay = 0, settings } = options;
  const wire: Wire = new PtyWire(path);
  const terminal = new SimulatedTerminal({ model, wire, clock, settings: { ...settings, autoplay } });
  const state = new Subject<Json>(describe(terminal.state.value, terminal), () => false);
  terminal.state.subscribe((value) => state.set(describe(value, terminal)));
  return {
    id,
    kind: "payment-terminal",
    model,
    port: path,
    terminal,
    state,
    actions: actions(terminal),
    async start() {
      terminal.powerOn();
    },
    async stop() {
      terminal.powerOff();
    },
  };
}

const FAULTS: { readonly [name: string]: Fault } = {
  nak: { fault: "nak" },
  "drop-request": { fault: "drop-request" },
  "drop-ack": { fault: "drop-ack" },
  "wrong-lrc": { fault: "wrong-lrc" },
  "drop-response": { fault: "drop-response" },
  "duplicate-response": { fault: "duplicate-response" },
  "split-response": { fault: "split-response", at: 10, pause: 5_000 },
  "wrong-ticket": { fault: "wrong-ticket" },
  "status-for-ever": { fault: "status-for-ever", every: 1_000 },
  "unplug-before-ack": { fault: "unplug", when: "before-ack", replugAfter: 3_000 },
  "unplug-after-ack": { fault: "unplug", when: "after-ack", replugAfter: 3_000 },
  "unplug-before-response": { fault: "unplug", when: "before-response", replugAfter: 3_000 },
  "unplug-after-response": { fault: "unplug", when: "after-response", replugAfter: 3_000 },
};

function actions(terminal: SimulatedTerminal): { readonly [name: string]: OperatorAction } {
  return terminalActions(terminal, {
    card: {
      label: { es: "Insertar tarjeta", en: "Insert card" },
      parameters: { ...CARD_PARAMETERS, instalments: { kind: "number", initial: 0 } },
      run: ({ instalments = 0, ...card }) => {
        if (typeof instalments !== "number" || !Number.isInteger(instalments) || instalments < 0 || instalments > 48)
          throw new Error("instalments must be 0 to 48");
        terminal.insertCard({ ...readCard(card), instalments });
      },
    },
    decline: {
      label: { es: "Rechazar", en: "Decline" },
      parameters: { code: { kind: "text", initial: "01" } },
      run: ({ code = "01" }) => {
        if (typeof code !== "string" || !/^\d\d$/.test(code) || code === "00")
          throw new Error("code must be two digits other than 00");
        terminal.decline(code);
      },
    },
    between: {
      loseKeys: { label: { es: "Borrar las llaves", en: "Lose the keys" }, run: () => terminal.loseKeys() },
    },
    failNext: failNextAction(
      FAULTS,
      "drop-response",
      (fault, { on }) => terminal.faults.failNext(fault, typeof on === "string" && on !== "" ? on : undefined),
      // Only this function code; a poll in between does not use the fault up.
      { on: { kind: "text", initial: "0200" } },
    ),
  });
}

function describe(state: TerminalState, terminal: SimulatedTerminal): Json {
  return {
    phase: state.phase,
    plugged: state.plugged,
    card: state.card === undefined ? null : { kind: state.card.kind, last4: state.card.last4 },
    sale: state.sale ?? null,
    needsKeys: state.needsKeys,
    faults: terminal.faults.waiting,
    balance: terminal.ledger.balance,
    charges: state.charges.map(({ operationNumber, ticket, amount, responseCode, moneyMoved, reversed }) => ({
      operationNumber,
      ticket,
      amount,
      responseCode,
      moneyMoved,
      reversed,
    })),
  };
}
