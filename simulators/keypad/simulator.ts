import { Subject } from "../../base/observable.ts";
import { KEYPAD_KEYS, type KeypadKey } from "../../drivers/keypad/interface.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { SocketHid } from "../wire/socket-hid.ts";
import { SimulatedKeypad } from "./keypad.ts";
import { SIMULATED_KEYPAD } from "./profile.ts";

export type KeypadSimulator = SimulatedDevice & { readonly keypad: SimulatedKeypad };

const KEY = { kind: "choice", choices: KEYPAD_KEYS, initial: "select" } as const;

/** A keypad on a HID cable at `path`, with the operator's side for dock, API and tests. */
export function createKeypadSimulator({ id, path }: { readonly id: string; readonly path: string }): KeypadSimulator {
  const wire = new SocketHid(path);
  const keypad = new SimulatedKeypad(SIMULATED_KEYPAD, wire);
  const state = new Subject<Json>(null);
  let headphones = false;
  const publish = () => state.set({ plugged: wire.plugged, headphones, down: [...keypad.down] });
  const told = (work: () => void | Promise<void>) => async () => {
    await work();
    publish();
  };
  const plug = told(() => keypad.plug());
  const unplug = told(() => keypad.unplug());
  const put = (inserted: boolean) =>
    told(() => {
      headphones = inserted;
      keypad.headphones(inserted);
    });
  const withKey = (work: (key: KeypadKey) => void): OperatorAction["run"] => {
    return ({ key }) => {
      const chosen = KEYPAD_KEYS.find((known) => known === (key ?? KEY.initial));
      if (chosen === undefined) throw new Error(`key must be one of ${KEYPAD_KEYS.join(", ")}`);
      work(chosen);
      publish();
    };
  };
  const actions: { readonly [name: string]: OperatorAction } = {
    press: {
      label: { es: "Pulsar una tecla", en: "Press a key" },
      parameters: { key: KEY },
      run: withKey((key) => {
        keypad.press(key);
        keypad.release(key);
      }),
    },
    hold: {
      label: { es: "Mantener una tecla", en: "Hold a key down" },
      parameters: { key: KEY },
      run: withKey((key) => keypad.press(key)),
    },
    "let-go": {
      label: { es: "Soltar una tecla", en: "Let a key go" },
      parameters: { key: KEY },
      run: withKey((key) => keypad.release(key)),
    },
    "headphones-in": { label: { es: "Conectar audífonos", en: "Put headphones in" }, run: put(true) },
    "headphones-out": { label: { es: "Sacar los audífonos", en: "Take headphones out" }, run: put(false) },
    garbage: {
      label: { es: "Enviar ruido", en: "Send noise" },
      run: () => keypad.send(Uint8Array.of(1, 0xff, 0x13)),
    },
    unplug: { label: { es: "Desenchufar", en: "Unplug" }, run: unplug },
    plug: { label: { es: "Enchufar", en: "Plug in" }, run: plug },
  };
  publish();
  return { id, kind: "keypad", model: "simulated", port: path, keypad, actions, state, start: plug, stop: unplug };
}
