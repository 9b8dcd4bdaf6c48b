import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";

/**
 * Stands in for `vitest` inside the guest, so that the contract suites run there unchanged: vitest itself would need a minute to start
 * on an emulated processor. It knows what they use; anything else fails.
 */
type Work = () => void | Promise<void>;
type Registered = {
  readonly name: string;
  readonly before: readonly Work[];
  readonly after: readonly Work[];
  readonly work: Work;
};

export type ContractResult = { readonly name: string; readonly failure?: string };

const POLL = { every: 20, within: 5_000 };
const TEST_WITHIN = 60_000;

const registered: Registered[] = [];
let scope = { name: "", before: [] as Work[], after: [] as Work[] };

export function describe(name: string, register: () => void): void {
  const outer = scope;
  scope = {
    name: outer.name === "" ? name : `${outer.name} > ${name}`,
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
  const { before, after } = scope;
  registered.push({ name: `${scope.name} > ${name}`, before, after, work });
}

/** Runs all that was registered, one after the other. */
export async function runRegistered(): Promise<ContractResult[]> {
  const results: ContractResult[] = [];
  for (const { name, before, after, work } of registered) {
    const failures: string[] = [];
    for (const step of [...before, work, ...after])
      await inTime(step).catch((error: Error) => failures.push(error.message));
    results.push({ name, ...(failures.length > 0 && { failure: failures.join("; ") }) });
  }
  return results;
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
    toBe: (expected: unknown) => claim(Object.is(actual, expected), actual, "to be", expected),
    toEqual: (expected: unknown) => claim(agrees(actual, expected, false), actual, "to equal", expected),
    toMatchObject: (expected: unknown) => claim(agrees(actual, expected, true), actual, "to match", expected),
    not: { toBe: (expected: unknown) => claim(!Object.is(actual, expected), actual, "not to be", expected) },
  };
}

expect.stringMatching = (pattern: RegExp) => new Pattern(pattern);

/** Looks again until it is as expected; what `look` promises is waited for, as vitest does. */
expect.poll = (look: () => unknown) => ({
  toBe: (expected: unknown) => poll(look, (actual) => expect(actual).toBe(expected)),
  toMatchObject: (expected: unknown) => poll(look, (actual) => expect(actual).toMatchObject(expected)),
});

async function poll(look: () => unknown, check: (actual: unknown) => void): Promise<void> {
  const end = systemClock.monotonic() + POLL.within;
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
