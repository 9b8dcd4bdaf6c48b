import { Subject } from "../../base/observable.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { PtyWire } from "../wire/pty.ts";
import { BOARD_FAULTS, SimulatedBoard } from "./board.ts";

export type IoBoardSimulator = SimulatedDevice & { readonly board: SimulatedBoard };

const [DOOR, PERSON, HOUSING] = [0, 1, 2];

/** An I/O board at the end of a pseudo-terminal, wired as `SIMULATED_WIRING`, with the operator's side for dock, API and tests. */
export function createIoBoardSimulator({ id, path }: { readonly id: string; readonly path: string }): IoBoardSimulator {
  const wire = new PtyWire(path);
  const board = new SimulatedBoard(wire);
  const state = new Subject<Json>(null);
  const publish = () => {
    const { coils, inputs } = board.state.value;
    const [green = false, red = false, white = false, modemPower = false, doorLock = false] = coils;
    state.set({
      plugged: wire.plugged,
      lights: { status: green ? "green" : red ? "red" : "off", reader: white ? "white" : "off" },
      relays: { "modem-power": modemPower, "door-lock": doorLock },
      inputs: {
        "service-door": inputs[DOOR] ? "closed" : "open",
        housing: inputs[HOUSING] ? "forced" : "closed",
        person: inputs[PERSON] ?? false,
      },
    });
  };
  board.state.subscribe(publish);
  board.input(DOOR, true);
  const plug = async () => {
    board.plug();
    publish();
  };
  const unplug = async () => {
    board.unplug();
    publish();
  };
  const input = (es: string, en: string, terminal: number, closed: boolean): OperatorAction => ({
    label: { es, en },
    run: () => board.input(terminal, closed),
  });
  const actions: { readonly [name: string]: OperatorAction } = {
    "open-door": input("Abrir la puerta de servicio", "Open the service door", DOOR, false),
    "close-door": input("Cerrar la puerta de servicio", "Close the service door", DOOR, true),
    "step-up": input("Acercarse", "Step up", PERSON, true),
    "step-away": input("Alejarse", "Step away", PERSON, false),
    tamper: input("Forzar la caja", "Tamper with the housing", HOUSING, true),
    repair: input("Reparar la caja", "Repair the housing", HOUSING, false),
    "fail-next": {
      label: { es: "Provocar una falla", en: "Make it fail next" },
      parameters: { fault: { kind: "choice", choices: BOARD_FAULTS, initial: "deaf" } },
      run: ({ fault }) => {
        const planned = BOARD_FAULTS.find((known) => known === fault);
        if (planned === undefined) throw new Error(`fault must be one of ${BOARD_FAULTS.join(", ")}`);
        board.failNext(planned);
      },
    },
    unplug: { label: { es: "Desenchufar", en: "Unplug" }, run: unplug },
    plug: { label: { es: "Enchufar", en: "Plug in" }, run: plug },
  };
  publish();
  return { id, kind: "io-board", model: "modbus-rtu", port: path, board, actions, state, start: plug, stop: unplug };
}
