import { constants, openSync, readSync, writeSync } from "node:fs";
import { pause } from "../../../base/deadline.ts";
import { Mutex } from "../../../base/mutex.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import type { CardFacts, CardInHand, HandAnswer, HandRequest } from "../hands.ts";
import { virtioPort } from "./port.ts";

/** The port cannot be waited for from Node; it is looked at this often, milliseconds. */
const LOOK_EVERY = 5;
const ANSWER_WITHIN = 20_000;

/** The hands outside the guest that put cards into QEMU's reader and pull the reader out. */
export class HandsOutside {
  readonly #port = openSync(virtioPort("ventanilla.hands"), constants.O_RDWR | constants.O_NONBLOCK);
  readonly #turn = new Mutex();

  async facts(): Promise<CardFacts> {
    const facts = await this.#ask({ do: "tell" });
    if (facts === undefined) throw new Error("the hands outside told nothing");
    return facts;
  }

  async insert(card: CardInHand): Promise<void> {
    await this.#ask({ do: "insert", card });
  }

  async remove(): Promise<void> {
    await this.#ask({ do: "remove" });
  }

  async unplugReader(): Promise<void> {
    await this.#ask({ do: "unplug-reader" });
  }

  async plugReader(): Promise<void> {
    await this.#ask({ do: "plug-reader" });
  }

  #ask(request: HandRequest): Promise<CardFacts | undefined> {
    return this.#turn.withLock(async () => {
      writeSync(this.#port, `${JSON.stringify(request)}\n`);
      const answer = await this.#line(request.do);
      if ("error" in answer) throw new Error(`${request.do}: ${answer.error}`);
      return answer.facts;
    });
  }

  async #line(what: string): Promise<HandAnswer> {
    const end = systemClock.monotonic() + ANSWER_WITHIN;
    const buffer = Buffer.alloc(8_192);
    let text = "";
    while (systemClock.monotonic() < end) {
      text += buffer.toString("utf8", 0, available(this.#port, buffer));
      if (text.endsWith("\n")) return JSON.parse(text);
      await pause(systemClock, LOOK_EVERY);
    }
    throw new Error(`nobody outside did: ${what}`);
  }
}

function available(port: number, buffer: Buffer): number {
  try {
    return readSync(port, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
