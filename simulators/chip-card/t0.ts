import { concat } from "../../base/bytes/bytes.ts";
import { decodeCommand, decodeResponse, encodeResponse, SHORT_LE } from "../../drivers/chip-card-reader/apdu/apdu.ts";
import type { ChipBehind } from "./faults.ts";

const GET_RESPONSE = 0xc0;
const SHORTEST_EXTENDED = 7;
/** Of one answer; a chip that goes on has no end. */
const MAX_PARTS = 300;
const SW = { wrongLength: 0x6700, conditions: 0x6985 } as const;

const only = (sw: number) => encodeResponse({ data: new Uint8Array(), sw });
const more = (length: number) => 0x6100 | (length > 0xff ? 0 : length);

/**
 * A chip that speaks T=0 (ISO/IEC 7816-3 §12): commands are short; a command that carries data is never answered with data but with
 * `61xx`, and the data wait for GET RESPONSE; a length that does not fit is corrected with `6Cxx`. Chains of commands are the chip's own.
 */
export function overT0(chip: ChipBehind): ChipBehind {
  let waiting: { readonly data: Uint8Array; readonly sw: number } | undefined;

  const give = (le: number): Uint8Array => {
    if (waiting === undefined) return only(SW.conditions);
    const { data, sw } = waiting;
    if (le > data.length) return only(0x6c00 | data.length);
    const rest = data.slice(le);
    waiting = rest.length === 0 ? undefined : { data: rest, sw };
    return encodeResponse({ data: data.subarray(0, le), sw: rest.length === 0 ? sw : more(rest.length) });
  };

  /** What the chip itself keeps back of an answer that is too long for one is taken from it at once. */
  const wholeAnswer = (command: Uint8Array): { readonly data: Uint8Array; readonly sw: number } | undefined => {
    const parts: Uint8Array[] = [];
    let asked = command;
    while (parts.length < MAX_PARTS) {
      const answer = chip.process(asked);
      const response = answer === undefined ? undefined : decodeResponse(answer);
      if (response === undefined) return undefined;
      parts.push(response.data);
      if (response.sw >> 8 !== 0x61) return { data: concat(parts), sw: response.sw };
      asked = Uint8Array.of(0, GET_RESPONSE, 0, 0, response.sw & 0xff);
    }
    return { data: concat(parts), sw: SW.wrongLength };
  };

  return {
    reset: () => {
      waiting = undefined;
      chip.reset();
    },
    process: (bytes) => {
      const command = decodeCommand(bytes);
      if (command === undefined || (bytes.length >= SHORTEST_EXTENDED && bytes[4] === 0)) return only(SW.wrongLength);
      if (command.ins === GET_RESPONSE) return give(command.le ?? SHORT_LE);
      waiting = undefined;
      const carries = command.data !== undefined;
      // The line has room for one length: of a command with data, the one of the answer is not sent.
      const answer = wholeAnswer(carries && command.le === undefined ? concat([bytes, Uint8Array.of(0)]) : bytes);
      if (answer === undefined) return undefined;
      if (answer.data.length === 0) return only(answer.sw);
      if (!carries && answer.data.length === command.le) return encodeResponse(answer);
      if (!carries && answer.data.length < (command.le ?? 0)) return only(0x6c00 | answer.data.length);
      waiting = answer;
      return only(more(answer.data.length));
    },
  };
}
