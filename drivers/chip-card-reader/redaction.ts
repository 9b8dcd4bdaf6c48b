import { callMask } from "../transport/trace/call-mask.ts";
import type { Mask, Redaction } from "../transport/trace/redaction.ts";
import { TOPIC } from "./traced-terminal.ts";

/** CLA, INS, P1, P2 (ISO/IEC 7816-4, 5.1). */
const COMMAND_HEAD = 4;
const STATUS_WORD = 2;

/** Makes the bytes from `from` to before `until` zero. */
function hiding(from: number, until: number): Mask {
  let at = 0;
  return (bytes) =>
    bytes.map((byte) => {
      const hidden = at >= from && at < until;
      at++;
      return hidden ? 0 : byte;
    });
}

/**
 * Of a card's conversation: which command was given and with what status word the card answered, and how long both were. Never data: keys are made
 * of what the holder's document says, and the answers are the holder.
 */
export const CHIP_CARD_REDACTION: Redaction = () => ({
  out: callMask(({ topic, length }) => (topic === TOPIC.transmit ? hiding(COMMAND_HEAD, length) : hiding(0, 0))),
  in: callMask(({ kind, topic, length }) =>
    topic === TOPIC.transmit && kind === "answer" ? hiding(0, length - STATUS_WORD) : hiding(0, 0),
  ),
});
