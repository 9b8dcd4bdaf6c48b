import { createConnection, type Socket } from "node:net";
import { concat } from "../../base/bytes/bytes.ts";
import type { ChipBehind } from "./faults.ts";

/**
 * The wire of a virtual card: `vpcd`, the reader driver of vsmartcard, listens, and the card connects. A message is its length in
 * two bytes, high byte first, and its content; a content of one byte is control, else a command or an answer.
 */
const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;

/** Direct convention, T=1, and the check byte: it says nothing of the card, as a contactless reader's does. */
const ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);

/** Cuts a stream into messages. */
export class VpcdFramer {
  #rest: Uint8Array = new Uint8Array();

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#rest = concat([this.#rest, bytes]);
    const messages: Uint8Array[] = [];
    for (;;) {
      const [high, low] = this.#rest;
      if (high === undefined || low === undefined) return messages;
      const end = 2 + high * 0x100 + low;
      if (this.#rest.length < end) return messages;
      messages.push(this.#rest.slice(2, end));
      this.#rest = this.#rest.slice(end);
    }
  }
}

export function vpcdMessage(content: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(content.length >> 8, content.length & 0xff), content]);
}

/** Where vpcd listens: a TCP port of this machine, or a path that leads to one. */
export type VpcdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A card in the slot of a vpcd. Ends with `remove`, or when vpcd goes away. */
export class VpcdCard {
  readonly #socket: Socket;
  readonly #removed: Promise<void>;

  private constructor(socket: Socket, chip: ChipBehind, onCommand: () => void) {
    const framer = new VpcdFramer();
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#removed = promise;
    socket.on("close", () => resolve());
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      for (const message of framer.push(bytes)) {
        const answer = answerTo(message, chip, onCommand);
        if (answer === "gone") socket.destroy();
        else if (answer !== undefined) socket.write(vpcdMessage(answer));
      }
    });
  }

  /** Resolves when vpcd has the connection. @throws Error when nothing listens there. */
  static async insert(address: VpcdAddress, chip: ChipBehind, onCommand: () => void = () => {}): Promise<VpcdCard> {
    const { promise, resolve, reject } = Promise.withResolvers<VpcdCard>();
    const socket = createConnection({ ...address, noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(new VpcdCard(socket, chip, onCommand));
    });
    return promise;
  }

  /** Resolves when the card is out of the slot, whoever took it. */
  get removed(): Promise<void> {
    return this.#removed;
  }

  remove(): Promise<void> {
    this.#socket.destroy();
    return this.#removed;
  }
}

function answerTo(message: Uint8Array, chip: ChipBehind, onCommand: () => void): Uint8Array | "gone" | undefined {
  if (message.length === 1) {
    const [control] = message;
    if (control === CONTROL.atr) return ATR;
    if (control === CONTROL.on || control === CONTROL.reset || control === CONTROL.off) chip.reset();
    return undefined;
  }
  onCommand();
  return chip.process(message) ?? "gone";
}
