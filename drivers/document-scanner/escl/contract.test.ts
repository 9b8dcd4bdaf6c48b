import { expect } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { createDocumentScannerBench } from "../../../simulators/document-scanner/bench.ts";
import {
  createDocumentScannerSimulator,
  type DocumentScannerSimulator,
} from "../../../simulators/document-scanner/simulator.ts";
import { type DocumentScannerBench, documentScannerContract } from "../contract.suite.ts";
import { EsclScanner } from "./driver.ts";
import { createHttpLink } from "./http-link.ts";

/** Steps of simulated time, milliseconds, and how many of them are waited at most. */
const STEP = 100;
const STEPS = 1_000;

function handOf(simulator: DocumentScannerSimulator): Omit<DocumentScannerBench, "scanner" | "until" | "end"> {
  return {
    lay: () => (simulator.nature.platen ? simulator.layOnGlass() : simulator.load()),
    stickNext: () => simulator.set({ jamNext: true }),
    jam: (jam) => simulator.set({ jam }),
    cover: (coverOpen) => simulator.set({ coverOpen }),
    plug: async (on) => (on ? await simulator.plug() : simulator.unplug()),
    hang: (on) => {
      simulator.front.faults.silent = on;
    },
    underWay: () => (simulator.engine.current === undefined ? 0 : 1),
  };
}

async function memoryBench(nature: string): Promise<DocumentScannerBench> {
  const { clock, link, simulator, act, advance } = await createDocumentScannerBench();
  await act("nature", { nature });
  const scanner = new EsclScanner({ id: "papers", link, clock, random: () => 0.4, log: silentLogger });
  return {
    ...handOf(simulator),
    scanner,
    until: async (holds) => {
      for (let step = 0; !holds(); step++) {
        if (step === STEPS) throw new Error("it did not become so");
        await advance(STEP);
      }
    },
    end: async () => {
      await simulator.stop();
      expect(clock.pending).toBe(0);
    },
  };
}

async function httpBench(): Promise<DocumentScannerBench> {
  const simulator = createDocumentScannerSimulator({ id: "papers", clock: systemClock, scanTime: 50 });
  simulator.nature = { ...simulator.nature, platen: false };
  await simulator.start();
  const link = assertOk(createHttpLink(simulator.port, { clock: systemClock }), "address");
  const timings = { pollIdle: 50, answerWithin: 2_500 };
  return {
    ...handOf(simulator),
    scanner: new EsclScanner({
      ...{ id: "papers", link, clock: systemClock, random: () => 0.4, log: silentLogger, timings },
    }),
    until: async (holds) => await expect.poll(holds, { timeout: 20_000, interval: 10 }).toBe(true),
    end: () => simulator.stop(),
  };
}

documentScannerContract({ model: "escl", transport: "memory" }, false, () => memoryBench("glass-and-feeder"));
documentScannerContract({ model: "escl-feeder", transport: "memory" }, true, () => memoryBench("only-feeder"));
documentScannerContract({ model: "escl", transport: "tcp" }, true, httpBench);
