import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Sentence, SimulatedDevice } from "../operator.ts";
import { type PrivatePcsc, privatePcscProblem, startPrivatePcsc } from "./private-pcsc.ts";
import { type ChipCardSimulator, createChipCardSimulator } from "./simulator.ts";
import { type VpcdAddress, VpcdCard } from "./vpcd.ts";

/** Where vsmartcard's vpcd listens unless it is told otherwise, and how the name of its reader begins. */
const USUAL_VPCD = "127.0.0.1:35963";
const USUAL_READER = "Virtual PCD";

export type ChipCardsOptions = {
  readonly id: string;
  readonly clock: Clock;
  /** For the certificate of the cards' authority and the sockets of a private service. */
  readonly folder: string;
  /** Where a vpcd of this machine's pcscd listens, `host:port`; the usual one when left out. */
  readonly vpcd?: string | undefined;
};

/**
 * Chip cards and a PC/SC reader for them: in the machine's own pcscd where a vpcd listens in it, else in a private one. Where there can be
 * none, a device that says why and can do nothing. Looking for vpcd is a card in its slot for a moment.
 */
export async function chipCardsBehindPcsc(options: ChipCardsOptions): Promise<SimulatedDevice> {
  const { id, clock, folder } = options;
  const [host = "", port] = (options.vpcd ?? USUAL_VPCD).split(":");
  const vpcd = { host, port: Number(port) };
  if (await listens(vpcd))
    return findable(createChipCardSimulator({ id, clock, vpcd }), folder, { reader: USUAL_READER, environment: {} });
  return privateChipCards(options);
}

/** The same in a private pcscd, whatever else runs here. */
export async function privateChipCards({ id, clock, folder }: ChipCardsOptions): Promise<SimulatedDevice> {
  const problem = privatePcscProblem();
  if (problem !== undefined) return unusable(id, problem);
  try {
    const service = await startPrivatePcsc(join(folder, "service"));
    return findable(createChipCardSimulator({ id, clock, vpcd: service.vpcd, service }), folder, service);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return unusable(id, { es: `No hay lector virtual: ${words}`, en: `There is no virtual reader: ${words}` });
  }
}

async function listens(vpcd: VpcdAddress): Promise<boolean> {
  try {
    const probe = await VpcdCard.insert(vpcd, { reset: () => {}, process: () => undefined });
    await probe.remove();
    return true;
  } catch {
    return false;
  }
}

type Service = Pick<PrivatePcsc, "reader"> & {
  readonly environment: { readonly [name: string]: string };
  readonly stop?: () => Promise<void>;
};

/** A simulator that lays its authority's certificate down, and takes its service with it. */
function findable(simulator: ChipCardSimulator, folder: string, service: Service): SimulatedDevice {
  const trust = join(folder, "csca.cer");
  mkdirSync(folder, { recursive: true });
  return {
    ...simulator,
    port: service.reader,
    reach: { environment: service.environment, options: { trust } },
    start: async () => {
      await simulator.start();
      writeFileSync(trust, simulator.csca());
    },
    stop: async () => {
      await simulator.stop();
      await service.stop?.();
    },
  };
}

function unusable(id: string, problem: Sentence): SimulatedDevice {
  return {
    ...{ id, kind: "chip-card-reader", model: "pcsc", port: "", problem },
    actions: {},
    state: new Subject({}),
    start: async () => {},
    stop: async () => {},
  };
}
