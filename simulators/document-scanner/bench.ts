import { type Clock, SimulatedClock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type {
  EsclAnswer,
  EsclLink,
  EsclRequest,
  LinkError,
  LinkOptions,
} from "../../drivers/document-scanner/escl/link.ts";
import type { Json } from "../operator.ts";
import { createDocumentScannerSimulator, type DocumentScannerSimulator } from "./simulator.ts";

/** A network cable in memory, for tests on a simulated clock. */
export class MemoryEsclLink implements EsclLink {
  readonly address: string;
  /** What the scanner was asked, oldest first: method and path. */
  readonly asked: string[] = [];
  /** Bodies that were handed over, oldest first. */
  readonly handed: Uint8Array[] = [];
  readonly #simulator: DocumentScannerSimulator;
  readonly #clock: Clock;

  constructor(simulator: DocumentScannerSimulator, clock: Clock) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.address = simulator.port;
  }

  async exchange(request: EsclRequest, { within, signal }: LinkOptions): Promise<Result<EsclAnswer, LinkError>> {
    this.asked.push(`${request.method} ${request.path}`);
    if (!this.#simulator.reachable) return err(coded("link.absent", this.address));
    return await withDeadline(this.#clock, within, signal, this.address, () => this.#send(request));
  }

  async #send(request: EsclRequest): Promise<Result<EsclAnswer, LinkError>> {
    const { promise: cut, resolve } = Promise.withResolvers<Result<EsclAnswer, LinkError>>();
    const leave = this.#simulator.onCut(() => resolve(err(coded("link.lost", this.address))));
    try {
      return await Promise.race([cut, this.#answer(request)]);
    } finally {
      leave();
    }
  }

  async #answer({ method, path, body = "", most }: EsclRequest): Promise<Result<EsclAnswer, LinkError>> {
    const answer = await this.#simulator.front.receive({ method, path, body });
    if (answer === "silence") return await Promise.withResolvers<never>().promise;
    if (answer === "garbage") return err(coded("document-scanner.bad-answer", "no HTTP answer"));
    const { status, location = "", spoilt } = answer;
    if (spoilt === "cut") return err(coded("link.lost", "the answer ended early"));
    if (spoilt === "endless" || answer.body.length > most) return err(coded("document-scanner.too-large", `${most}`));
    // A copy, as a wire makes one: what the driver overwrites is its own.
    const handed = status === 200 ? answer.body.slice() : new Uint8Array();
    this.handed.push(handed);
    return ok({ status, location, body: handed });
  }
}

export type DocumentScannerBench = {
  readonly clock: SimulatedClock;
  readonly link: MemoryEsclLink;
  readonly simulator: DocumentScannerSimulator;
  /** Does what an operator's button does. */
  readonly act: (action: string, parameters?: { readonly [name: string]: Json }) => Promise<void>;
  /** Lets time pass, milliseconds. */
  readonly advance: (milliseconds: number) => Promise<void>;
};

/** Between two turns of the event loop, milliseconds of simulated time. */
const TURN = 100;

/** A simulated scanner on a cable in memory and a simulated clock: the bench on which driver tests stand. */
export async function createDocumentScannerBench(): Promise<DocumentScannerBench> {
  const clock = new SimulatedClock();
  const simulator = createDocumentScannerSimulator({ id: "papers", clock, wire: "memory" });
  await simulator.start();
  return {
    clock,
    simulator,
    link: new MemoryEsclLink(simulator, clock),
    act: async (action, parameters = {}) => {
      const found = simulator.actions[action];
      if (found === undefined) throw new Error(`no action ${action}`);
      await found.run(parameters);
    },
    advance: async (milliseconds) => {
      for (let left = milliseconds; left >= 0; left -= TURN) await clock.advance(Math.min(TURN, left));
    },
  };
}
