import { CALL_HEAD, readCallHead } from "../../framing/call-frames.ts";
import { byteMask, type Mask } from "./redaction.ts";

type Head = NonNullable<ReturnType<typeof readCallHead>>;

/** A mask for calls (`call-frames.ts`): heads are shown, payloads as `payload` says, a new mask each. What is no call is hidden. */
export function callMask(payload: (head: Head) => Mask): Mask {
  return byteMask(function* () {
    let byte = yield 0;
    for (;;) {
      const bytes = new Uint8Array(CALL_HEAD);
      for (let at = 0; at < CALL_HEAD; at++) {
        bytes[at] = byte;
        byte = yield byte;
      }
      const head = readCallHead(bytes);
      while (head === undefined) byte = yield 0;
      const mask = payload(head);
      for (let at = 0; at < head.length; at++) byte = yield mask(Uint8Array.of(byte))[0] ?? 0;
    }
  });
}
