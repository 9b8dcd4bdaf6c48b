import { concat } from "../../base/bytes/bytes.ts";

/** Tries in all; a failing input need not be the very smallest. */
const MAX_TRIES = 3_000;

/**
 * A smaller input that still fails: parts are left out, halves first, then single bytes; what is left is made zero where that does not
 * matter.
 *
 * @param fails whether an input fails; asked at most 3 000 times.
 */
export async function shrink(input: Uint8Array, fails: (input: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let smallest = input;
  let tries = 0;
  const better = async (candidate: Uint8Array): Promise<boolean> => {
    if (++tries > MAX_TRIES || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (
    let size = Math.ceil(input.length / 2);
    size >= 1 && tries < MAX_TRIES;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let at = 0; at < smallest.length; ) {
      const without = concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (!(await better(without))) at += size;
    }
  for (let at = 0; at < smallest.length; at++) if (smallest[at] !== 0) await better(smallest.with(at, 0));
  return smallest;
}
