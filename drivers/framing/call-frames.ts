import { concat } from "../../base/bytes/bytes.ts";

/**
 * Calls on a stream of bytes, for a device that is reached through a library or a service instead of a wire. One byte of kind, one of topic
 * (the callee's own numbers), two of the call's number, four of length (high bytes first), then the payload. `call` and `cancel` go to the device,
 * `answer`, `failure` and `told` (which no call asked for, number 0) come from it.
 */
export type CallFrame = {
  readonly kind: CallFrameKind;
  readonly topic: number;
  readonly id: number;
  readonly payload: Uint8Array;
};

const KINDS = ["call", "cancel", "answer", "failure", "told"] as const;
export type CallFrameKind = (typeof KINDS)[number];

/** Bytes before the payload. */
export const CALL_HEAD = 8;
/** Longer than what any device of ours is asked or says, bytes. */
const MAX_PAYLOAD = 1024 * 1024;

/** @throws RangeError when the payload is longer than any. */
export function encodeCallFrame({ kind, topic, id, payload }: CallFrame): Uint8Array {
  if (payload.length > MAX_PAYLOAD) throw new RangeError(`a payload of ${payload.length} bytes`);
  const head = new DataView(new ArrayBuffer(CALL_HEAD));
  head.setUint8(0, KINDS.indexOf(kind));
  head.setUint8(1, topic);
  head.setUint16(2, id);
  head.setUint32(4, payload.length);
  return concat([new Uint8Array(head.buffer), payload]);
}

/** What a head says; `undefined` when it is none. */
export function readCallHead(
  bytes: Uint8Array,
): (Omit<CallFrame, "payload"> & { readonly length: number }) | undefined {
  const head = new DataView(bytes.buffer, bytes.byteOffset, CALL_HEAD);
  const kind = KINDS[head.getUint8(0)];
  const length = head.getUint32(4);
  if (kind === undefined || length > MAX_PAYLOAD) return undefined;
  return { kind, topic: head.getUint8(1), id: head.getUint16(2), length };
}

/** Cuts a stream into frames, whatever the chunks. What is no frame ends it: after that there is no way back into step. */
export class CallFrames {
  #held: Uint8Array = new Uint8Array();
  #broken = false;

  /** Whether something came that is no frame. */
  get broken(): boolean {
    return this.#broken;
  }

  push(bytes: Uint8Array): CallFrame[] {
    const frames: CallFrame[] = [];
    if (this.#broken) return frames;
    let rest = concat([this.#held, bytes]);
    while (rest.length >= CALL_HEAD) {
      const head = readCallHead(rest);
      if (head === undefined) {
        this.#broken = true;
        rest = new Uint8Array();
        break;
      }
      const { length, ...frame } = head;
      if (rest.length < CALL_HEAD + length) break;
      frames.push({ ...frame, payload: rest.slice(CALL_HEAD, CALL_HEAD + length) });
      rest = rest.subarray(CALL_HEAD + length);
    }
    this.#held = rest.slice();
    return frames;
  }
}
