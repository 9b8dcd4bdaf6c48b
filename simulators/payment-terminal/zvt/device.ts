import type { Clock } from "../../../base/clock.ts";
import { Subject } from "../../../base/observable.ts";
import { CONTROL } from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { ZvtModelName } from "../../../drivers/payment-terminal/zvt/models.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../../operator.ts";
import { PtyWire } from "../../wire/pty.ts";
import { TcpWire } from "../../wire/tcp.ts";
import { CARD_PARAMETERS, failNextAction, readCard, terminalActions } from "../actions.ts";
import type { ZvtFault } from "./faults.ts";
import type { ZvtTerminalSettings } from "./settings.ts";
import { ZvtSimulatedTerminal } from "./terminal.ts";

export type ZvtTerminalSimulatorOptions = {
  readonly id: string;
  readonly clock: Clock;
  /** Milliseconds after which the device plays the citizen itself when the operator does nothing; absent: never. */
  readonly autoplay?: number;
  readonly settings?: Partial<ZvtTerminalSettings>;
} & (
  | { readonly model: "zvt-serial" /** Where the pseudo-terminal's link appears. */; readonly path: string }
  | { readonly model: "zvt-tcp" /** Loopback port; 0 or absent lets the system choose. */; readonly tcpPort?: number }
);

export type ZvtTerminalSimulator = SimulatedDevice & {
  readonly model: ZvtModelName;
  /** The terminal itself, for tests: ledger, faults, verbs with types. */
  readonly terminal: ZvtSimulatedTerminal;
};

/** A ZVT terminal at the end of a cable that is plugged in, with the operator's side for dock, API and tests. */
export async function createZvtTerminalSimulator(options: ZvtTerminalSimulatorOptions): Promise<ZvtTerminalSimulator> {
  const { id, model, clock, autoplay = 0, settings } = options;
  const wire = options.model === "zvt-tcp" ? await TcpWire.plugIn(options.tcpPort) : new PtyWire(options.path);
  const transport = model === "zvt-tcp" ? "tcp" : "serial";
  const terminal = new ZvtSimulatedTerminal({ transport, wire, clock, settings: { ...settings, autoplay } });
  const state = new Subject<Json>(describe(terminal), () => false);
  terminal.state.subscribe(() => state.set(describe(terminal)));
  return {
    id,
    kind: "payment-terminal",
    model,
    port: wire.path,
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

const FAULTS: { readonly [name: string]: ZvtFault } = {
  nak: { fault: "nak" },
  "drop-request": { fault: "drop-request" },
  "drop-ack": { fault: "drop-ack" },
  "drop-answer": { fault: "drop-answer" },
  "wrong-crc": { fault: "wrong-crc" },
  "drop-status": { fault: "drop-status" },
  "duplicate-status": { fault: "duplicate-status" },
  "split-status": { fault: "split-status", at: 10, pause: 2_000 },
  "wrong-amount": { fault: "wrong-amount" },
  "drop-completion": { fault: "drop-completion" },
  "status-for-ever": { fault: "status-for-ever", every: 1_000 },
  "unplug-after-answer": { fault: "unplug", when: "after-answer", replugAfter: 3_000 },
  "unplug-before-status": { fault: "unplug", when: "before-status", replugAfter: 3_000 },
  "unplug-after-status": { fault: "unplug", when: "after-status", replugAfter: 3_000 },
  "reboot-before-status": { fault: "reboot", when: "before-status" },
};

function actions(terminal: ZvtSimulatedTerminal): { readonly [name: string]: OperatorAction } {
  return terminalActions(terminal, {
    card: {
      label: { es: "Insertar tarjeta", en: "Insert card" },
      parameters: CARD_PARAMETERS,
      run: (card) => terminal.insertCard(readCard(card)),
    },
    decline: {
      label: { es: "Rechazar", en: "Decline" },
      parameters: { code: { kind: "text", initial: "05" } },
      run: ({ code = "05" }) => {
        if (typeof code !== "string" || !/^[0-9a-f]{2}$/i.test(code) || code === "00")
          throw new Error("code must be two hexadecimal digits other than 00");
        terminal.decline(Number.parseInt(code, 16));
      },
    },
    failNext: failNextAction(FAULTS, "drop-status", (fault) => terminal.faults.failNext(fault, CONTROL.authorization)),
  });
}

function describe(terminal: ZvtSimulatedTerminal): Json {
  const { phase, plugged, registered, card, amount, charges } = terminal.state.value;
  return {
    phase,
    plugged,
    registered,
    card: card === undefined ? null : { kind: card.kind, last4: card.last4 },
    sale: amount === undefined ? null : { amount },
    faults: terminal.faults.waiting,
    balance: terminal.ledger.balance,
    charges: charges.map(({ operationNumber, amount: charged, responseCode, moneyMoved, reversed }) => ({
      operationNumber,
      amount: charged,
      responseCode,
      moneyMoved,
      reversed,
    })),
  };
}
