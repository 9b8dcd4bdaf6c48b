import { createServer, type Server, type Socket } from "node:net";
import { concat } from "../../base/bytes/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { decodeCommand } from "../../drivers/chip-card-reader/apdu/apdu.ts";
import { FILES, type FileName } from "../../drivers/chip-card-reader/lds/files.ts";
import type { ChipBehind } from "./faults.ts";
import { overT0 } from "./t0.ts";

/**
 * The wire of a card in QEMU's `usb-ccid` (`ccid-card-passthru`), libcacard's vscard protocol: a header of three words, most
 * significant byte first (type, reader, length of what follows), in both directions.
 */
const TYPE = { init: 1, error: 2, readerAdd: 3, atr: 5, cardRemove: 6, apdu: 7 } as const;
const HEADER = 12;
const READER = 0;
/** Direct convention, T=0, nothing else: it says nothing of the card. */
const ATR = Uint8Array.of(0x3b, 0x80, 0x00);
/** CCID's "ICC_MUTE" (CCID 1.1, table 6.2-2): the card does not answer. */
const MUTE = Uint8Array.of(0xfe, 0, 0, 0);
/** The PC fetches an answer in much less, milliseconds. */
const FETCHED_WITHIN = 250;
/** Of the master file: what a terminal reads before anything else, and never in plain once a session is open. */
const FIRST_FILES: readonly FileName[] = ["AtrInfo", "CardAccess"];

export type VscardMessage = { readonly type: number; readonly content: Uint8Array };

export function vscardMessage({ type, content }: VscardMessage): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER));
  for (const [index, word] of [type, READER, content.length].entries()) header.setUint32(index * 4, word);
  return concat([new Uint8Array(header.buffer), content]);
}

/** Cuts a stream into messages. */
export class VscardFramer {
  #rest: Uint8Array = new Uint8Array();

  push(bytes: Uint8Array): readonly VscardMessage[] {
    this.#rest = concat([this.#rest, bytes]);
    const messages: VscardMessage[] = [];
    while (this.#rest.length >= HEADER) {
      const header = new DataView(this.#rest.buffer, this.#rest.byteOffset, HEADER);
      const end = HEADER + header.getUint32(8);
      if (this.#rest.length < end) break;
      messages.push({ type: header.getUint32(0), content: this.#rest.slice(HEADER, end) });
      this.#rest = this.#rest.slice(end);
    }
    return messages;
  }
}

/**
 * The slot of a reader that QEMU emulates, seen from the card: QEMU connects to `path`, and a hand puts cards in. QEMU's own ways are
 * minded here: it tells the card nothing of power and resets; it forgets an answer that the PC has not fetched yet when the card is
 * removed; and it does not survive words of a card whose reader is being pulled out.
 */
export class VscardSlot {
  readonly path: string;
  readonly #clock: Clock;
  readonly #server: Server;
  #socket: Socket | undefined;
  #chip: ChipBehind | undefined;
  #held = false;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
    this.#server = createServer((socket) => this.#accept(socket)).listen(path);
  }

  insert(chip: ChipBehind): void {
    this.#chip = overT0(chip);
    this.#send(TYPE.atr, ATR);
  }

  /** Resolves when the reader has been told. */
  async remove(): Promise<void> {
    if (this.#chip === undefined) return;
    this.#chip = undefined;
    await pause(this.#clock, FETCHED_WITHIN);
    this.#send(TYPE.cardRemove);
  }

  /** From now on the card says nothing, until the next reader is plugged in. */
  hold(): void {
    this.#held = true;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    const framer = new VscardFramer();
    this.#socket = socket;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      for (const message of framer.push(bytes)) this.#hear(message);
    });
  }

  /** A reader that is plugged in begins with `init`, and would answer one of ours with another; its errors concern nobody. */
  #hear({ type, content }: VscardMessage): void {
    if (type === TYPE.init) {
      this.#held = false;
      this.#send(TYPE.readerAdd);
      if (this.#chip !== undefined) this.#send(TYPE.atr, ATR);
    }
    if (type === TYPE.apdu) this.#answer(content);
  }

  #answer(bytes: Uint8Array): void {
    const chip = this.#chip;
    if (chip !== undefined && beginsSession(bytes)) chip.reset();
    const answer = chip?.process(bytes);
    if (answer !== undefined) this.#send(TYPE.apdu, answer);
    else {
      this.#send(TYPE.error, MUTE);
      void this.remove();
    }
  }

  #send(type: number, content: Uint8Array = new Uint8Array()): void {
    if (!this.#held) this.#socket?.write(vscardMessage({ type, content }));
  }
}

function beginsSession(bytes: Uint8Array): boolean {
  const command = decodeCommand(bytes);
  if (command === undefined || command.cla !== 0 || command.ins !== 0xa4) return false;
  const id = (command.data ?? new Uint8Array()).reduce((sum, byte) => sum * 0x100 + byte, 0);
  return command.p1 === 2 && FIRST_FILES.some((file) => FILES[file].id === id);
}
