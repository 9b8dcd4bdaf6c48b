import { concat } from "../../base/bytes/bytes.ts";
import type { ChipBehind } from "../../simulators/chip-card/faults.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";

const ACK = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
const TO_CHIP = 0xd4;
const TO_HOST = 0xd5;

/**
 * A card of ISO/IEC 14443 type A: two bytes of answer to the request, the select acknowledge with "ISO/IEC 14443-4", identifier, and an
 * answer to select without historical bytes.
 */
const TARGET = Uint8Array.of(1, 0x00, 0x44, 0x20, 4, 0x08, 0x11, 0x22, 0x33, 5, 0x78, 0x80, 0x70, 0x02);

/**
 * As much of NXP's PN532 on a serial line as libnfc needs to reach one card (PN532 user manual, UM0701-02 §6 and §7): so that programs
 * which know only near-field readers can read a simulated chip.
 */
export class Pn532 {
  readonly wire: PtyWire;
  /** Commands that reached the card. */
  exchanges = 0;
  readonly #chip: ChipBehind;
  #rest: Uint8Array = new Uint8Array();

  constructor(path: string, chip: ChipBehind) {
    this.#chip = chip;
    this.wire = new PtyWire(path);
    this.wire.onBytes((bytes) => this.#take(bytes));
    this.wire.plug();
  }

  #take(bytes: Uint8Array): void {
    this.#rest = concat([this.#rest, bytes]);
    for (;;) {
      const start = this.#rest.findIndex((byte, at) => byte === 0 && this.#rest[at + 1] === 0xff);
      if (start < 0) return;
      const [, , short, , long, low] = this.#rest.subarray(start);
      const extended = short === 0xff && this.#rest[start + 3] === 0xff;
      const length = extended ? (long ?? 0) * 0x100 + (low ?? 0) : (short ?? 0);
      const begin = start + (extended ? 7 : 4);
      // Acknowledgements of the host have no content.
      const end = length === 0 ? begin : begin + length + 1;
      if (short === undefined || this.#rest.length < end) return;
      const content = this.#rest.slice(begin, begin + length);
      this.#rest = this.#rest.slice(end);
      if (content[0] === TO_CHIP) void this.#answer(content.subarray(1));
    }
  }

  async #answer(command: Uint8Array): Promise<void> {
    const content = this.#respond(command[0] ?? 0, command.subarray(1));
    await this.wire.write(ACK);
    await this.wire.write(frame(concat([Uint8Array.of(TO_HOST, (command[0] ?? 0) + 1), content])));
  }

  #respond(code: number, data: Uint8Array): Uint8Array {
    switch (code) {
      case 0x00: // Diagnose: the communication test echoes what it gets.
        return data;
      case 0x02: // GetFirmwareVersion: PN532, 1.6, all card types.
        return Uint8Array.of(0x32, 0x01, 0x06, 0x07);
      case 0x06: // ReadRegister: one byte for each address.
        return new Uint8Array(data.length / 2);
      case 0x4a: // InListPassiveTarget: there is one card, of type A at 106 kbit/s.
        this.#chip.reset();
        return data[1] === 0 ? concat([Uint8Array.of(1), TARGET]) : Uint8Array.of(0);
      case 0x40: {
        // InDataExchange, first byte the target.
        this.exchanges++;
        const answer = this.#chip.process(data.subarray(1));
        return answer === undefined ? Uint8Array.of(0x01) : concat([Uint8Array.of(0), answer]);
      }
      case 0x44: // InDeselect and InRelease tell their success.
      case 0x52:
      case 0x54:
        return Uint8Array.of(0);
      default:
        return new Uint8Array();
    }
  }
}

function frame(content: Uint8Array): Uint8Array {
  const sum = content.reduce((total, byte) => total + byte, 0);
  const checksum = Uint8Array.of(-sum & 0xff, 0);
  if (content.length < 0x100) {
    const header = Uint8Array.of(0, 0, 0xff, content.length, -content.length & 0xff);
    return concat([header, content, checksum]);
  }
  const [high, low] = [content.length >> 8, content.length & 0xff];
  return concat([Uint8Array.of(0, 0, 0xff, 0xff, 0xff, high, low, -(high + low) & 0xff), content, checksum]);
}
