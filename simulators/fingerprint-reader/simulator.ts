import { Subject } from "../../base/observable.ts";
import { FINGER_PROBLEMS } from "../../drivers/fingerprint-reader/interface.ts";
import { SENSOR_SOCKET_MODEL } from "../../drivers/fingerprint-reader/sensor-socket.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { SYNTHETIC_PEOPLE } from "../people.ts";
import { SimulatedSensor } from "./sensor.ts";
import { SensorSocket } from "./socket.ts";

export type FingerprintReaderSimulator = SimulatedDevice & { readonly sensor: SimulatedSensor };

const NONE = "none";
const RUNS: readonly string[] = SYNTHETIC_PEOPLE.map(({ run }) => run);
const FIRST = SYNTHETIC_PEOPLE[0].run;

export type FingerprintReaderSimulatorOptions = {
  readonly id: string;
  /** Unix socket on which a kiosk of another process opens it; absent: only who made it can (`sensor.open`). */
  readonly path?: string;
};

/** A fingerprint sensor with the operator's side. */
export function createFingerprintReaderSimulator({
  id,
  path,
}: FingerprintReaderSimulatorOptions): FingerprintReaderSimulator {
  const sensor = new SimulatedSensor();
  const socket = path === undefined ? undefined : new SensorSocket(path, sensor);
  const plug = async () => (socket === undefined ? sensor.plug() : await socket.plug());
  const unplug = () => (socket === undefined ? sensor.unplug() : socket.unplug());
  const state = new Subject<Json>(null);
  const publish = () => {
    const { plugged, looking, soiled, finger } = sensor;
    const seen = { quality: finger?.quality ?? 0, problem: finger?.problem ?? null, alive: finger?.alive ?? true };
    state.set({ plugged, looking, soiled, finger: finger === undefined ? null : seen });
  };
  const told = (es: string, en: string, work: () => void | Promise<void>): OperatorAction => ({
    label: { es, en },
    run: async () => {
      await work();
      publish();
    },
  });
  const actions: { readonly [name: string]: OperatorAction } = {
    lay: {
      label: { es: "Poner el dedo", en: "Lay a finger on" },
      parameters: {
        run: { kind: "choice", choices: RUNS, initial: FIRST },
        quality: { kind: "number", initial: 70 },
        problem: { kind: "choice", choices: [NONE, ...FINGER_PROBLEMS], initial: NONE },
        alive: { kind: "flag", initial: true },
      },
      run: ({ run = FIRST, quality = 70, problem = NONE, alive = true }) => {
        const known = FINGER_PROBLEMS.find((candidate) => candidate === problem);
        if (typeof quality !== "number" || quality < 0 || quality > 100) throw new Error("quality must be 0 to 100");
        if (known === undefined && problem !== NONE)
          throw new Error(`problem must be one of ${[NONE, ...FINGER_PROBLEMS].join(", ")}`);
        const owner = RUNS.find((candidate) => candidate === run);
        if (owner === undefined) throw new Error(`run must be one of ${RUNS.join(", ")}`);
        sensor.lay({ owner, quality, alive: alive === true, ...(known === undefined ? {} : { problem: known }) });
        publish();
      },
    },
    lift: told("Levantar el dedo", "Lift the finger", () => sensor.lift()),
    soil: told("Ensuciar el vidrio", "Soil the glass", () => sensor.soil(true)),
    clean: told("Limpiar el vidrio", "Clean the glass", () => sensor.soil(false)),
    unplug: told("Desenchufar", "Unplug", unplug),
    plug: told("Enchufar", "Plug in", plug),
  };
  publish();
  return {
    ...{ id, kind: "fingerprint-reader", sensor, state, actions },
    ...(path === undefined ? { model: "simulated", port: "memory" } : { model: SENSOR_SOCKET_MODEL, port: path }),
    start: plug,
    stop: async () => unplug(),
  };
}
