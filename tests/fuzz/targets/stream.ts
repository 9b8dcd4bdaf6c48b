import { isDeepStrictEqual } from "node:util";
import { concat } from "../../../base/bytes/bytes.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, type Target } from "../target.ts";

/** An incremental reader of bytes. */
export type Stream<T> = {
  push(bytes: Uint8Array): readonly T[];
  /** What its owner does when the rest of something does not come. */
  recover(): void;
  /** What it counts, for comparison. */
  counts(): unknown;
};

export type StreamTarget<T> = Pick<Target, "name" | "sources" | "dictionary" | "longest"> & {
  readonly make: () => Stream<T>;
  /** One whole thing as it is sent, and what is to be read from it. */
  readonly frame: (random: Random) => { readonly bytes: Uint8Array; readonly item: T };
  /** Bytes that a thing was read from at least, for its length in memory. */
  readonly size: (item: T) => number;
  /** The bytes of something that was read, where it can be sent again. */
  readonly again?: (item: T) => Uint8Array | undefined;
  /** After any rubbish and with nobody's help: the last of so many whole things is found. 0 where there is no such promise. */
  readonly foundUnaided: number;
};

/** Up to this length every input is also given byte by byte. */
const BYTE_BY_BYTE = 2_048;

/**
 * What every reader of a stream promises: it never throws; what it finds does not depend on the chunks; it invents no bytes; what it
 * found can be sent and is found again; and after whatever came before, whole things are found.
 */
export function streamTarget<T>(stream: StreamTarget<T>): Target {
  const { name, sources, dictionary, longest, make, frame } = stream;
  return {
    name,
    sources,
    dictionary,
    longest,
    honest: (random) => concat(Array.from({ length: between(random, 1, 4) }, () => frame(random).bytes)),
    check: (input, random) => {
      const whole = read(make(), [input]);
      sameInChunks(stream, input, random, whole);
      const bytes = whole.items.reduce((sum, item) => sum + stream.size(item), 0);
      demand(bytes <= input.length, `read ${bytes} bytes out of ${input.length}`);
      for (const item of whole.items.slice(0, 8)) sameAgain(stream, item);
      found(stream, input, random);
    },
    lasting: () => {
      const reader = make();
      return { push: (input) => void reader.push(input) };
    },
  };
}

type Read<T> = { readonly items: readonly T[]; readonly counts: unknown };

function read<T>(reader: Stream<T>, chunks: Iterable<Uint8Array>): Read<T> {
  const items: T[] = [];
  for (const chunk of chunks) for (const item of reader.push(chunk)) items.push(item);
  return { items, counts: reader.counts() };
}

function sameInChunks<T>({ make }: StreamTarget<T>, input: Uint8Array, random: Random, whole: Read<T>): void {
  const most = between(random, 1, 64);
  demand(
    isDeepStrictEqual(
      read(
        make(),
        chunks(input, () => between(random, 1, most)),
      ),
      whole,
    ),
    "depends on the chunks",
  );
  if (input.length > BYTE_BY_BYTE) return;
  demand(
    isDeepStrictEqual(
      read(
        make(),
        chunks(input, () => 1),
      ),
      whole,
    ),
    "depends on the chunks, byte by byte",
  );
}

function* chunks(input: Uint8Array, length: () => number): Iterable<Uint8Array> {
  for (let at = 0; at < input.length; ) {
    const size = length();
    yield input.subarray(at, at + size);
    at += size;
  }
}

function sameAgain<T>({ make, again }: StreamTarget<T>, item: T): void {
  const bytes = again?.(item);
  if (bytes === undefined) return;
  demand(isDeepStrictEqual(make().push(bytes), [item]), "what was read is not read again");
}

function found<T>({ make, frame, foundUnaided }: StreamTarget<T>, input: Uint8Array, random: Random): void {
  const { bytes, item } = frame(random);
  const helped = make();
  helped.push(input);
  helped.recover();
  demand(isDeepStrictEqual(helped.push(bytes), [item]), "after its recovery the next whole one is not found");
  if (foundUnaided === 0) return;
  const alone = make();
  alone.push(input);
  const last = alone.push(concat(Array<Uint8Array>(foundUnaided).fill(bytes))).at(-1);
  demand(isDeepStrictEqual(last, item), `the last of ${foundUnaided} whole ones is not found unaided`);
}
