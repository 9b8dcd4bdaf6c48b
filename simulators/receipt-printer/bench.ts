import { SimulatedClock } from "../../base/clock.ts";
import type { Json } from "../operator.ts";
import { MemoryWire } from "../wire/memory.ts";
import type { ReceiptPrinterSimulator } from "./simulator.ts";
import { createReceiptPrinterSimulator } from "./simulator.ts";

/** A simulated printer on a cable in memory and a simulated clock: the bench on which driver tests stand. */
export type MemoryBench = {
  readonly clock: SimulatedClock;
  readonly wire: MemoryWire;
  readonly simulator: ReceiptPrinterSimulator;
  /** Does what an operator's button does. */
  readonly act: (action: string, parameters?: { readonly [name: string]: Json }) => void;
};

export async function createMemoryBench(model: string, baudRate: number): Promise<MemoryBench> {
  const clock = new SimulatedClock();
  const wire = new MemoryWire();
  const simulator = createReceiptPrinterSimulator({ id: "printer", model, path: "", clock, wire, paced: baudRate });
  await simulator.start();
  return { clock, wire, simulator, act: (action, parameters = {}) => void simulator.actions[action]?.run(parameters) };
}
