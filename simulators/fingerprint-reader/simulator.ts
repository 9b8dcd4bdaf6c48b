import { Subject } from "../../base/observable.ts";
import { FINGER_PROBLEMS } from "../../drivers/fingerprint-reader/interface.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { SimulatedSensor } from "./sensor.ts";

export type FingerprintReaderSimulator = SimulatedDevice & { readonly sensor: SimulatedSensor };

const NONE = "none";

/**
 * A fingerprint sensor with the operator's side. It has no wire: makers' libraries have none to offer, so that only the process that
 * makes it can open it (`sensor.open`).
 */
export function createFingerprintReaderSimulator({ id }: { readonly id: string }): FingerprintReaderSimulator {
  const sensor = new SimulatedSensor();
  const state = new Subject<Json>(null);
  const publish = () => {
    const { plugged, looking, soiled, finger } = sensor;
    const seen = { quality: finger?.quality ?? 0, problem: finger?.problem ?? null, alive: finger?.alive ?? true };
    state.set({ plugged, looking, soiled, finger: finger === undefined ? null : seen });
  };
  const told = (es: string, en: string, work: () => void): OperatorAction => ({
    label: { es, en },
    run: () => {
      work();
      publish();
    },
  });
  const actions: { readonly [name: string]: OperatorAction } = {
    lay: {
      label: { es: "Poner el dedo", en: "Lay a finger on" },
      parameters: {
        quality: { kind: "number", initial: 70 },
        problem: { kind: "choice", choices: [NONE, ...FINGER_PROBLEMS], initial: NONE },
        alive: { kind: "flag", initial: true },
      },
      run: ({ quality = 70, problem = NONE, alive = true }) => {
        const known = FINGER_PROBLEMS.find((candidate) => candidate === problem);
        if (typeof quality !== "number" || quality < 0 || quality > 100) throw new Error("quality must be 0 to 100");
        if (known === undefined && problem !== NONE)
          throw new Error(`problem must be one of ${[NONE, ...FINGER_PROBLEMS].join(", ")}`);
        sensor.lay({ quality, alive: alive === true, ...(known === undefined ? {} : { problem: known }) });
        publish();
      },
    },
    lift: told("Levantar el dedo", "Lift the finger", () => sensor.lift()),
    soil: told("Ensuciar el vidrio", "Soil the glass", () => sensor.soil(true)),
    clean: told("Limpiar el vidrio", "Clean the glass", () => sensor.soil(false)),
    unplug: told("Desenchufar", "Unplug", () => sensor.unplug()),
    plug: told("Enchufar", "Plug in", () => sensor.plug()),
  };
  publish();
  return {
    ...{ id, kind: "fingerprint-reader", model: "simulated", port: "memory", sensor, state, actions },
    start: async () => sensor.plug(),
    stop: async () => sensor.unplug(),
  };
}
