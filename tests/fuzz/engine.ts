import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { toHex } from "../../base/bytes/bytes.ts";
import { type Random, seeded } from "../usb-lab/inside/random.ts";
import { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";
import { demand, type Target } from "./target.ts";

/** Inputs between two looks at the coverage, which cost some milliseconds each: twice as many after each look that showed nothing new. */
const BATCH = { first: 32, most: 512 };
/** What one reader may hold on to after everything that it was sent, bytes: its buffer and what lies around it. */
const MAX_HELD = 524_288;
/** The slowest input, repeated to this length, must be done within so many seconds: a bound against quadratic time, not a measure. */
const REPEATED = 1_000_000;
const MAX_SECONDS = 20;

export type FuzzReport = {
  readonly framing: string;
  readonly seed: number;
  readonly bytes: number;
  readonly inputs: number;
  /** Inputs that reached something new. */
  readonly kept: number;
  /** Blocks of the sources that ran. */
  readonly blocks: number;
  /** What the one reader that took everything held at the end, bytes. */
  readonly held?: number;
  readonly seconds: number;
};

export type FuzzFailure = {
  readonly framing: string;
  readonly seed: number;
  readonly broken: string;
  /** The smallest input found that fails so, hexadecimal. */
  readonly input: string;
};

/**
 * Runs one target until it was given `bytes` bytes of different inputs. The same for the same seed, as far as the target is.
 *
 * @param maxSeconds what the slowest input may take, repeated.
 */
export async function fuzz(
  target: Target,
  seed: number,
  bytes: number,
  maxSeconds = MAX_SECONDS,
): Promise<FuzzReport | FuzzFailure> {
  const began = performance.now();
  const coverage = new Coverage(target.sources);
  try {
    const random = seeded(seed);
    const lasting: Holder = { reader: target.lasting?.() };
    const corpus: Uint8Array[] = [];
    const slowest = { input: new Uint8Array(), perByte: 0 };
    let given = 0;
    let inputs = 0;
    let size = BATCH.first;
    while (given < bytes) {
      const batch: Uint8Array[] = [];
      while (batch.length < size && given < bytes) {
        const input = inputs < BATCH.first ? target.honest(random) : mutate(target, corpus, random);
        const took = performance.now();
        const broken = await problemOf(target, input);
        if (broken !== undefined) return await failure(target, seed, input, broken);
        const perByte = (performance.now() - took) / (input.length + 100);
        if (perByte > slowest.perByte) Object.assign(slowest, { input, perByte });
        lasting.reader?.push(input);
        given += input.length;
        inputs++;
        batch.push(input);
      }
      const news = coverage.reachedNew();
      if (news) corpus.push(...(await worthKeeping(target, batch, coverage)));
      size = news ? BATCH.first : Math.min(BATCH.most, size * 2);
    }
    const broken = await problemOf(
      { ...target, check: () => slow(target, slowest.input, Math.min(bytes, REPEATED), maxSeconds) },
      slowest.input,
    );
    if (broken !== undefined) return { framing: target.name, seed, broken, input: toHex(slowest.input) };
    const held = weigh(lasting);
    if (held !== undefined && held > MAX_HELD)
      return { framing: target.name, seed, broken: `held ${held} bytes at the end`, input: "" };
    const seconds = Number(((performance.now() - began) / 1_000).toFixed(1));
    const seen = { kept: corpus.length, blocks: coverage.blocks, ...(held === undefined ? {} : { held }) };
    return { framing: target.name, seed, bytes: given, inputs, ...seen, seconds };
  } finally {
    coverage.stop();
  }
}

/** What is wrong with an input, in one line; `undefined` when everything holds. */
export async function problemOf(target: Target, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.check(input, randomOf(input));
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
  }
}

/** FNV-1a over the bytes: the same input is always checked with the same chunks. */
function randomOf(input: Uint8Array): Random {
  let hash = 0x811c9dc5;
  for (const byte of input) hash = Math.imul(hash ^ byte, 0x01000193);
  return seeded(hash);
}

/** Something in the batch reached something new: each half is run again by itself, down to single inputs. */
async function worthKeeping(target: Target, batch: readonly Uint8Array[], coverage: Coverage): Promise<Uint8Array[]> {
  if (batch.length === 1) {
    coverage.remember();
    return [...batch];
  }
  const kept: Uint8Array[] = [];
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    for (const input of half) await problemOf(target, input);
    if (coverage.reachedNew()) kept.push(...(await worthKeeping(target, half, coverage)));
  }
  return kept;
}

async function failure(target: Target, seed: number, input: Uint8Array, broken: string): Promise<FuzzFailure> {
  const [kind = ""] = broken.split(":");
  const smallest = await shrink(
    input,
    async (candidate) => (await problemOf(target, candidate))?.startsWith(kind) === true,
  );
  return { framing: target.name, seed, broken: (await problemOf(target, smallest)) ?? broken, input: toHex(smallest) };
}

async function slow(target: Target, input: Uint8Array, length: number, maxSeconds: number): Promise<void> {
  if (input.length === 0) return;
  const repeated = new Uint8Array(length).map((_, at) => input[at % input.length] ?? 0);
  const began = performance.now();
  await target.check(repeated, randomOf(input));
  const seconds = (performance.now() - began) / 1_000;
  demand(seconds < maxSeconds, `its slowest input, repeated to ${length} bytes, takes ${seconds.toFixed(1)} s`);
}

/** The only reference to a reader, so that it can be let go. */
type Holder = { reader: { push(input: Uint8Array): void } | undefined };

/** What goes away with a reader: memory with it and without it, each after collection. */
function weigh(holder: Holder): number | undefined {
  if (holder.reader === undefined) return undefined;
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const used = () => {
    for (let times = 0; times < 4; times++) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  holder.reader = undefined;
  return Math.max(0, before - used());
}
