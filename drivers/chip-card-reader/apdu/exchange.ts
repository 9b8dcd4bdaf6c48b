import { concat } from "../../../base/bytes/bytes.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { type Command, decodeResponse, encodeCommand, type Response, SHORT_DATA, SHORT_LE } from "./apdu.ts";
import type { CardChannel } from "./channel.ts";

/** The longest answer put together from parts: more than any file that is read. */
const MAX_ANSWER = 0x1_0000;
/** Parts of one answer, and repetitions with a corrected length. A card that goes on has no end. */
const MAX_PARTS = 300;
const CHAINING = 0x10;

export type ExchangeError = CodedError;

/** What is counted of one session with a card. */
export type Traffic = { commands: number; bytes: number };

/**
 * One command and its whole answer: commands that are longer than a short one and may not be extended are chained (ISO/IEC 7816-4
 * §5.3.3), `61xx` is followed by GET RESPONSE, `6Cxx` by the command with the right length, once.
 */
export async function exchange(
  channel: CardChannel,
  command: Command,
  options: {
    readonly extended: boolean;
    readonly signal?: AbortSignal | undefined;
    readonly traffic?: Traffic;
  },
): Promise<Result<Response, ExchangeError>> {
  const { extended, traffic } = options;
  const send = async (part: Command): Promise<Result<Response, ExchangeError>> => {
    const bytes = encodeCommand(part);
    const answered = await channel.transmit(bytes, options.signal);
    if (!answered.ok) return answered;
    if (traffic !== undefined) {
      traffic.commands++;
      traffic.bytes += bytes.length + answered.value.length;
    }
    if (answered.value.length > MAX_ANSWER + 2) return err(coded("chip-card.excessive", "an answer"));
    const response = decodeResponse(answered.value);
    return response === undefined ? err(coded("chip-card.malformed", "an answer without status word")) : ok(response);
  };

  let last = command;
  const data = command.data ?? new Uint8Array();
  if (!extended && data.length > SHORT_DATA) {
    let at = 0;
    for (; data.length - at > SHORT_DATA; at += SHORT_DATA) {
      const { cla, ins, p1, p2 } = command;
      const part = { cla: cla | CHAINING, ins, p1, p2, data: data.subarray(at, at + SHORT_DATA) };
      const answered = await send(part);
      if (!answered.ok || answered.value.sw !== 0x9000) return answered;
    }
    last = { ...command, data: data.subarray(at) };
  }
  if (!extended && last.le !== undefined) last = { ...last, le: Math.min(last.le, SHORT_LE) };

  let answered = await send(last);
  if (answered.ok && answered.value.sw >> 8 === 0x6c) {
    const le = answered.value.sw & 0xff || SHORT_LE;
    answered = await send({ ...last, le });
    if (answered.ok && answered.value.sw >> 8 === 0x6c)
      return err(coded("chip-card.excessive", "a length corrected without end"));
  }
  if (!answered.ok || answered.value.sw >> 8 !== 0x61) return answered;

  const parts: Uint8Array[] = [answered.value.data];
  let total = answered.value.data.length;
  let { sw } = answered.value;
  for (let count = 0; sw >> 8 === 0x61; count++) {
    if (count === MAX_PARTS || total > MAX_ANSWER) return err(coded("chip-card.excessive", "an answer without end"));
    const more = await send({ cla: 0, ins: 0xc0, p1: 0, p2: 0, le: sw & 0xff || SHORT_LE });
    if (!more.ok) return more;
    parts.push(more.value.data);
    total += more.value.data.length;
    sw = more.value.sw;
  }
  return ok({ data: concat(parts), sw });
}
