import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";

/** Result codes that the simulated terminal ends with (PA00P015, chapter 10). */
export const CODE = {
  declined: 0x05,
  aborted: 0x6c,
  wrongCurrency: 0x6f,
  notPossible: 0x83,
  wait: 0x9c,
  alreadyReversed: 0xb4,
  reversalNotPossible: 0xb5,
} as const;

/** A negative answer to a command, with its reason. */
export function negative(code: number): Apdu {
  return { control: 0x8400 | code, data: new Uint8Array(0) };
}
