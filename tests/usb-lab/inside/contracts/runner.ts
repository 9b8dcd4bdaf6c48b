import { pause } from "../../../../base/deadline.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import type { ContractRun } from "../../../../drivers/contract-places.ts";

/**
 * Stands in for `vitest` inside the guest, so that the contract suites run there unchanged: vitest itself would need a minute to start
 * on an emulated processor. It knows what they use; anything else fails.
 */
type Work = () => void | Promise<void>;
type Registered = {
  readonly lane: string;
  readonly name: string;
  readonly run: ContractRun | undefined;
  readonly before: readonly Work[];
  readonly after: readonly Work[];
  readonly work: Work;
};

export type ContractResult = {
  readonly name: string;
  readonly run?: ContractRun;
  /** Milliseconds. */
  readonly took: number;
  readonly failure?: string;
};

const POLL = { every: 20, within: 45_000 };
const TEST_WITHIN = 180_000;

const registered: Registered[] = [];
type Scope = {
  readonly name: string;
  readonly run: ContractRun | undefined;
  readonly before: Work[];
  readonly after: Work[];
};
type Options = { readonly meta?: { readonly contract?: ContractRun } };
let scope: Scope = { name: "", run: undefined, before: [], after: [] };
let lane = "";

/** What is registered in one lane runs one after the other; lanes run side by side, on devices of their own. */
export function inLane(name: string, register: () => void): void {
  lane = name;
  register();
}

export function describe(name: string, options: Options, register: () => void): void {
  const outer = scope;
  scope = {
    name: outer.name === "" ? name : `${outer.name} > ${name}`,
    run: options.meta?.contract ?? outer.run,
    before: [...outer.before],
    after: [...outer.after],
  };
  register();
  scope = outer;
}

export function beforeEach(work: Work): void {
  scope.before.push(work);
}

export function afterEach(work: Work): void {
  scope.after.push(work);
}

export function test(name: string, work: Work): void {
  const { run, before, after } = scope;
  registered.push({ lane, name: `${scope.name} > ${name}`, run, before, after, work });
}

/** Runs all that was registered. */
export async function runRegistered(onResult: (result: ContractResult) => void): Promise<void> {
  const lanes = Map.groupBy(registered, (each) => each.lane);
  await Promise.all(Array.from(lanes.values(), (tests) => runInTurn(tests, onResult)));
}

async function runInTurn(tests: readonly Registered[], onResult: (result: ContractResult) => void): Promise<void> {
  for (const { name, run, before, after, work } of tests) {
    const failures: string[] = [];
    const began = systemClock.monotonic();
    for (const step of [...before, work, ...after])
      await inTime(step).catch((error: Error) => failures.push(error.message));
    const took = Math.round(systemClock.monotonic() - began);
    onResult({ name, took, ...(run && { run }), ...(failures.length > 0 && { failure: failures.join("; ") }) });
  }
}

async function inTime(work: Work): Promise<void> {
  const over = new AbortController();
  const late = pause(systemClock, TEST_WITHIN, over.signal).then((passed) => {
    if (passed) throw new Error(`not over after ${TEST_WITHIN} ms`);
  });
  try {
    await Promise.race([Promise.resolve().then(work), late]);
  } finally {
    over.abort();
  }
}

class Pattern {
  readonly #pattern: RegExp;
  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }
  accepts(value: unknown): boolean {
    return typeof value === "string" && this.#pattern.test(value);
  }
  toJSON(): string {
    return String(this.#pattern);
  }
}

export function expect(actual: unknown) {
  return {
    toBeUndefined: () => claim(actual === undefined, actual, "to be", undefined),
    toBe: (expected: unknown) => claim(Object.is(actual, expected), actual, "to be", expected),
    toEqual: (expected: unknown) => claim(agrees(actual, expected, false), actual, "to equal", expected),
    toMatchObject: (expected: unknown) => claim(agrees(actual, expected, true), actual, "to match", expected),
    toHaveLength: (length: number) =>
      claim((actual as ArrayLike<unknown>).length === length, actual, "to have length", length),
    toContain: (part: unknown) => claim(contains(actual, part), actual, "to contain", part),
    not: {
      toBe: (expected: unknown) => claim(!Object.is(actual, expected), actual, "not to be", expected),
      toContain: (part: unknown) => claim(!contains(actual, part), actual, "not to contain", part),
    },
  };
}

expect.stringMatching = (pattern: RegExp) => new Pattern(pattern);

/** Looks again until it is as expected; what `look` promises is waited for, as vitest does. */
expect.poll = (look: () => unknown, { timeout = POLL.within }: { readonly timeout?: number } = {}) => ({
  toBe: (expected: unknown) => poll(look, timeout, (actual) => expect(actual).toBe(expected)),
  toBeUndefined: () => poll(look, timeout, (actual) => expect(actual).toBe(undefined)),
  toContain: (part: unknown) => poll(look, timeout, (actual) => expect(actual).toContain(part)),
  toEqual: (expected: unknown) => poll(look, timeout, (actual) => expect(actual).toEqual(expected)),
  toMatchObject: (expected: unknown) => poll(look, timeout, (actual) => expect(actual).toMatchObject(expected)),
});

async function poll(look: () => unknown, timeout: number, check: (actual: unknown) => void): Promise<void> {
  const end = systemClock.monotonic() + Math.max(timeout, POLL.within);
  for (;;) {
    try {
      check(await look());
      return;
    } catch (failure) {
      if (systemClock.monotonic() >= end) throw failure;
      await pause(systemClock, POLL.every);
    }
  }
}

function claim(holds: boolean, actual: unknown, relation: string, expected: unknown): void {
  if (!holds) throw new Error(`expected ${JSON.stringify(actual)} ${relation} ${JSON.stringify(expected)}`);
}

function contains(whole: unknown, part: unknown): boolean {
  return typeof whole === "string" ? whole.includes(String(part)) : Array.isArray(whole) && whole.includes(part);
}

/** @param part whether objects may have more than is expected of them, as in `toMatchObject`. */
function agrees(actual: unknown, expected: unknown, part: boolean): boolean {
  if (expected instanceof Pattern) return expected.accepts(actual);
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null || Array.isArray(actual) !== Array.isArray(expected)) return false;
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length !== expected.length) return false;
  const [has, wants] = [actual, expected].map((value) => new Map(Object.entries(value)));
  if (has === undefined || wants === undefined) return false;
  const nothingMore = part || [...has].every(([key, value]) => value === undefined || wants.has(key));
  return nothingMore && [...wants].every(([key, value]) => agrees(has.get(key), value, part));
}
