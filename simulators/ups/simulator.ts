import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Subject } from "../../base/observable.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { SimulatedUpsd, UPSD_FAULTS } from "./upsd.ts";

export type UpsSimulatorOptions = {
  readonly id: string;
  /** Loopback port of the simulated upsd; 0 lets the system choose at the first start. */
  readonly port?: number;
};

export type UpsSimulator = SimulatedDevice & { readonly upsd: SimulatedUpsd };

const UPS = "kiosk";

/** A UPS behind a simulated upsd on loopback, with the operator's side for dock, API and tests. */
export function createUpsSimulator({ id, port = 0 }: UpsSimulatorOptions): UpsSimulator {
  const upsd = new SimulatedUpsd(UPS);
  const sockets = new Set<Socket>();
  let chosen = port;
  let server: Server | undefined;
  const state = new Subject<Json>(null);
  const publish = () => state.set({ listening: server !== undefined, ...upsd.state.value });
  upsd.state.subscribe(publish);

  const listen = async () => {
    if (server !== undefined) return;
    const listening = createServer((socket) => {
      sockets.add(socket);
      const receive = upsd.connect({
        write: (bytes) => void socket.write(bytes),
        close: () => void socket.end(),
      });
      socket.on("data", receive);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    });
    server = listening;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listening.once("error", reject).listen(chosen, "127.0.0.1", resolve);
    await promise;
    chosen = (listening.address() as AddressInfo).port;
    publish();
  };
  const end = async () => {
    const listening = server;
    if (listening === undefined) return;
    server = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    listening.close(() => resolve());
    for (const socket of sockets) socket.destroy();
    await promise;
    publish();
  };

  publish();
  return {
    id,
    kind: "ups",
    model: "nut",
    get port() {
      return `${UPS}@127.0.0.1:${chosen}`;
    },
    upsd,
    state,
    actions: actions(upsd, listen, end),
    start: listen,
    stop: end,
  };
}

function actions(
  upsd: SimulatedUpsd,
  listen: () => Promise<void>,
  end: () => Promise<void>,
): { readonly [name: string]: OperatorAction } {
  const word = (name: string, on: boolean) => {
    const others = upsd.state.value.words.filter((other) => other !== name);
    upsd.set({ words: on ? [...others, name] : others });
  };
  return {
    "mains-off": {
      label: { es: "Cortar la luz", en: "Cut the mains" },
      run: () => upsd.set({ words: ["OB", "DISCHRG"], runtime: 900, charge: 95 }),
    },
    "mains-on": {
      label: { es: "Devolver la luz", en: "Bring the mains back" },
      run: () => upsd.set({ words: ["OL", "CHRG"], runtime: 1_800, charge: 60 }),
    },
    drain: {
      label: { es: "Gastar la batería", en: "Drain the battery" },
      parameters: { charge: { kind: "number", initial: 8 }, runtime: { kind: "number", initial: 60 } },
      run: ({ charge = 8, runtime = 60 }) => {
        const whole = (value: Json, max: number) => typeof value === "number" && value >= 0 && value <= max;
        if (!whole(charge, 100)) throw new Error("charge must be 0 to 100 per cent");
        if (!whole(runtime, 86_400)) throw new Error("runtime must be 0 to 86400 seconds");
        upsd.set({ words: ["OB", "DISCHRG", "LB"], charge: Number(charge), runtime: Number(runtime) });
      },
    },
    "wear-battery": { label: { es: "Batería gastada", en: "Worn battery" }, run: () => word("RB", true) },
    "new-battery": { label: { es: "Cambiar la batería", en: "Replace the battery" }, run: () => word("RB", false) },
    bypass: { label: { es: "Poner en bypass", en: "Put into bypass" }, run: () => upsd.set({ words: ["BYPASS"] }) },
    "order-off": { label: { es: "Ordenar el apagado", en: "Order the shutdown" }, run: () => word("FSD", true) },
    "pull-cable": {
      label: { es: "Desconectar el cable USB", en: "Pull its cable" },
      run: () => upsd.set({ daemon: "stale" }),
    },
    "kill-driver": {
      label: { es: "Detener su controlador", en: "Stop its driver" },
      run: () => upsd.set({ daemon: "driver-gone" }),
    },
    "put-cable": {
      label: { es: "Reconectar cable y controlador", en: "Put cable and driver back" },
      run: () => upsd.set({ daemon: "fresh" }),
    },
    "fail-next": {
      label: { es: "Provocar una falla", en: "Make it fail next" },
      parameters: { fault: { kind: "choice", choices: UPSD_FAULTS, initial: "garbage" } },
      run: ({ fault }) => {
        const planned = UPSD_FAULTS.find((known) => known === fault);
        if (planned === undefined) throw new Error(`fault must be one of ${UPSD_FAULTS.join(", ")}`);
        upsd.failNext(planned);
      },
    },
    "stop-daemon": { label: { es: "Detener el servicio", en: "Stop the daemon" }, run: end },
    "start-daemon": { label: { es: "Iniciar el servicio", en: "Start the daemon" }, run: listen },
  };
}
