import { concat } from "../../base/bytes/bytes.ts";
import { type Clock, SimulatedClock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, type Result } from "../../base/result.ts";
import {
  type IppLink,
  type LinkFailure,
  type LinkOptions,
  type LinkRequest,
  readHttpAnswer,
} from "../../drivers/page-printer/link.ts";
import type { Json } from "../operator.ts";
import { createPagePrinterSimulator, type PagePrinterSimulator } from "./simulator.ts";

/** A network cable in memory, for tests on a simulated clock. */
export class MemoryIppLink implements IppLink {
  readonly uri: string;
  /** How often the printer was spoken to. */
  exchanges = 0;
  readonly #simulator: PagePrinterSimulator;
  readonly #clock: Clock;

  constructor(simulator: PagePrinterSimulator, clock: Clock) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.uri = simulator.port;
  }

  async exchange(request: LinkRequest, { within, signal }: LinkOptions): Promise<Result<Uint8Array, LinkFailure>> {
    this.exchanges++;
    if (signal?.aborted) return err({ error: coded("common.cancelled", this.uri), maybeDone: false });
    if (!this.#simulator.reachable) return err({ error: coded("link.absent", this.uri), maybeDone: false });
    const answer = await withDeadline(this.#clock, within, signal, this.uri, () => this.#send(request));
    if (answer.ok || "maybeDone" in answer.error) return answer as Result<Uint8Array, LinkFailure>;
    return err({ error: answer.error, maybeDone: true });
  }

  async #send({ head, document }: LinkRequest): Promise<Result<Uint8Array, LinkFailure>> {
    const lost = err<LinkFailure>({ error: coded("link.lost", this.uri), maybeDone: true });
    const { promise: cut, resolve } = Promise.withResolvers<Result<Uint8Array, LinkFailure>>();
    const leave = this.#simulator.onCut(() => resolve(lost));
    try {
      const body = document === undefined ? head : concat([head, document]);
      return await Promise.race([cut, this.#answer(body, lost)]);
    } finally {
      leave();
    }
  }

  async #answer(body: Uint8Array, lost: Result<Uint8Array, LinkFailure>): Promise<Result<Uint8Array, LinkFailure>> {
    const answer = await this.#simulator.front.receive(body);
    if (answer === "silence") return await Promise.withResolvers<never>().promise;
    if (answer === "hang-up") return lost;
    if (answer === "garbage")
      return err({ error: coded("page-printer.bad-answer", "no HTTP answer"), maybeDone: true });
    return readHttpAnswer(answer.status, answer.contentType, answer.body);
  }
}

export type PagePrinterBench = {
  readonly clock: SimulatedClock;
  readonly link: MemoryIppLink;
  readonly simulator: PagePrinterSimulator;
  /** Does what an operator's button does. */
  readonly act: (action: string, parameters?: { readonly [name: string]: Json }) => Promise<void>;
  /** Lets time pass, milliseconds. */
  readonly advance: (milliseconds: number) => Promise<void>;
};

/** Between two turns of the event loop, milliseconds of simulated time: documents are read in turns of their own. */
const TURN = 100;

/** A simulated printer on a cable in memory and a simulated clock: the bench on which driver tests stand. */
export async function createPagePrinterBench(): Promise<PagePrinterBench> {
  const clock = new SimulatedClock();
  const simulator = createPagePrinterSimulator({ id: "page-printer", clock, wire: "memory" });
  await simulator.start();
  return {
    clock,
    simulator,
    link: new MemoryIppLink(simulator, clock),
    act: async (action, parameters = {}) => {
      const found = simulator.actions[action];
      if (found === undefined) throw new Error(`no action ${action}`);
      await found.run(parameters);
    },
    advance: async (milliseconds) => {
      for (let left = milliseconds; left >= 0; left -= TURN) {
        await clock.advance(Math.min(TURN, left));
        await turns();
      }
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
  }
}
