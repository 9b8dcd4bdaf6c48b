import { concat } from "../../base/bytes/bytes.ts";
import type { Random } from "../usb-lab/inside/random.ts";
import { between, pick, randomBytes, type Target } from "./target.ts";

/** Values at which lengths and signs turn over. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0xfe, 0xff];
const LENGTHS = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
const MAX_CHANGES = 6;
/** One change in so many makes a run longer than any buffer. */
const STRETCH_ONE_IN = 100;

type Change = (bytes: Uint8Array, random: Random, target: Target) => Uint8Array;

const CHANGES: readonly Change[] = [
  (bytes, random) => edit(bytes, random, (byte) => byte ^ (1 << between(random, 0, 7))),
  (bytes, random, { dictionary }) =>
    edit(bytes, random, () => pick(random, [...dictionary, ...EDGES, between(random, 0, 0xff)])),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => bytes.slice(0, between(random, 0, bytes.length)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const times = random() < 0.8 ? 1 : between(random, 2, 12);
    return concat([bytes.subarray(0, to), ...Array(times).fill(bytes.subarray(from, to)), bytes.subarray(to)]);
  },
  (bytes, random, { dictionary }) => {
    const noise = randomBytes(random, between(random, 1, 12)).map((byte) =>
      random() < 0.5 ? pick(random, dictionary) : byte,
    );
    return insert(bytes, random, noise);
  },
  (bytes, random, { honest }) => insert(bytes, random, honest(random)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const middle = between(random, from, to);
    const swapped = concat([bytes.subarray(middle, to), bytes.subarray(from, middle)]);
    return concat([bytes.subarray(0, from), swapped, bytes.subarray(to)]);
  },
  // Two bytes that may be a length, high or low byte first.
  (bytes, random) => {
    if (bytes.length < 2) return bytes;
    const length = pick(random, [...LENGTHS, bytes.length, bytes.length * 2]);
    const pair = [(length >> 8) & 0xff, length & 0xff];
    const changed = bytes.slice();
    changed.set(random() < 0.5 ? pair : pair.toReversed(), between(random, 0, bytes.length - 2));
    return changed;
  },
];

/**
 * A new input: an old one, or an honest one, changed in one to six places. The same for the same `random`.
 *
 * @param corpus inputs that were worth keeping.
 */
export function mutate(target: Target, corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = corpus.length === 0 || random() < 0.2 ? target.honest(random) : old(corpus, random);
  if (corpus.length > 1 && random() < 0.1) bytes = splice(bytes, old(corpus, random), random);
  for (let changes = between(random, 1, MAX_CHANGES); changes > 0; changes--)
    bytes =
      between(random, 1, STRETCH_ONE_IN) === 1
        ? stretch(bytes, random, target)
        : pick(random, CHANGES)(bytes, random, target);
  return bytes.slice(0, target.longest);
}

/** Rather a short one: more different inputs for the same number of bytes. */
function old(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const three = [pick(random, corpus), pick(random, corpus), pick(random, corpus)];
  return pick(random, three.toSorted((a, b) => a.length - b.length).slice(0, 2));
}

function edit(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = between(random, 0, bytes.length - 1);
  return bytes.with(at, change(bytes[at] ?? 0));
}

/** Mostly short: a field rather than half the input. */
function range(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = between(random, 0, bytes.length);
  const reach = random() < 0.8 ? 16 : bytes.length;
  return [from, Math.min(bytes.length, from + between(random, 0, reach))];
}

function insert(bytes: Uint8Array, random: Random, what: Uint8Array): Uint8Array {
  const at = between(random, 0, bytes.length);
  return concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
}

function splice(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const head = bytes.subarray(0, between(random, 0, bytes.length));
  return concat([head, other.subarray(between(random, 0, other.length))]);
}

/** A few bytes repeated, half of the time until the input has its greatest length or nearly. */
function stretch(bytes: Uint8Array, random: Random, { longest }: Target): Uint8Array {
  const [from, to] = range(bytes, random);
  const unit = to > from ? bytes.subarray(from, to) : randomBytes(random, 1);
  const room = Math.max(0, longest - bytes.length);
  const most = random() < 0.5 ? room : Math.min(room, 1_000);
  const run = new Uint8Array(between(random, 0, most)).map((_, at) => unit[at % unit.length] ?? 0);
  return insert(bytes, random, run);
}
