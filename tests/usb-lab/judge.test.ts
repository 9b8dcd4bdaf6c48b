import { expect, test } from "vitest";
import { ends, failedService, lateReturns, leaks, times, wrongOutcomes } from "./judge.ts";
import type { Evidence } from "./lab.ts";

type Cycle = Evidence["cycles"][number];

function cycles(count: number, change: (number: number) => Partial<Cycle> = () => ({})): Cycle[] {
  return Array.from({ length: count }, (_, index) => ({
    type: "cycle",
    number: index + 1,
    kind: "printer",
    mid: true,
    backAfter: 200,
    met: { outcome: "ok" },
    after: { outcome: "ok" },
    ...change(index + 1),
  }));
}

function evidence(parts: Partial<Evidence> = {}): Evidence {
  const nothing = { contracts: [], first: [], footprints: [], adapter: [] };
  return { seed: 1, seconds: 1, load: 0, cycles: cycles(20), ended: true, ...nothing, ...parts };
}

function footprints(heap: (index: number) => number, files = (_index: number) => 20): Evidence["footprints"] {
  return Array.from({ length: 9 }, (_, index) => ({
    type: "footprint",
    cycles: 10 * (index + 1),
    files: files(index),
    resources: 4,
    heap: heap(index),
    resident: 0,
  }));
}

test("an outcome that the simulator's record contradicts is found, wherever it was", () => {
  const wrong = { outcome: "ok", wrong: "charged twice" } as const;
  expect(wrongOutcomes(evidence())).toEqual([]);
  expect(wrongOutcomes(evidence({ cycles: cycles(2, (number) => (number === 2 ? { met: wrong } : {})) }))).toEqual([
    "cycle 2, printer: charged twice",
  ]);
  expect(wrongOutcomes(evidence({ cycles: cycles(1, () => ({ after: wrong })) }))).toHaveLength(1);
  expect(
    wrongOutcomes(evidence({ first: [{ type: "first", kind: "scanner", node: "", verdict: wrong }] })),
  ).toHaveLength(1);
});

test("over the emulated adapter, a charge that nobody was told of, one too many, and one that never was, are wrong", () => {
  const sale = { ticket: "Q1", outcome: "ok", approved: true, charged: 1 } as const;
  expect(wrongOutcomes(evidence({ adapter: [sale, { ...sale, outcome: "unknown", approved: false }] }))).toEqual([]);
  const wrong = [
    { ...sale, outcome: "error", approved: false },
    { ...sale, charged: 2 },
    { ...sale, charged: 0 },
  ] as const;
  expect(wrongOutcomes(evidence({ adapter: wrong }))).toHaveLength(3);
});

test("a device that came back and does not serve is found; a transaction that lost its cable may fail", () => {
  const failed = { outcome: "error", code: "link.absent" } as const;
  expect(failedService(evidence({ cycles: cycles(1, () => ({ met: failed })) }))).toEqual([]);
  expect(failedService(evidence({ cycles: cycles(1, () => ({ after: failed })) }))).toEqual([
    "cycle 1, printer: error link.absent",
  ]);
});

test("returns beyond a kiosk's budget are counted", () => {
  const late = (number: number) => (number <= 5 ? { backAfter: 1_500 } : { backAfter: 1_000 });
  expect(lateReturns(evidence({ cycles: cycles(20, late) }))).toBe(5);
});

test("what grows with the cycles is a leak; what goes up and down is not", () => {
  expect(leaks(evidence({ footprints: footprints((index) => 10_000_000 + (index % 2) * 5_000_000) }))).toEqual([]);
  expect(leaks(evidence({ footprints: footprints((index) => 10_000_000 + index * 1_000_000) }))).toHaveLength(1);
  const warming = (index: number) => 10_000_000 + Math.min(index, 3) * 1_000_000;
  expect(leaks(evidence({ footprints: footprints(warming) }))).toEqual([]);
  const files = footprints(
    () => 10_000_000,
    (index) => 20 + 2 * index,
  );
  expect(leaks(evidence({ footprints: files }))).toEqual(["files: 6 more after 90 cycles"]);
});

test("times and ends are told by kind", () => {
  const seen = evidence({ cycles: cycles(20, (number) => ({ backAfter: number * 10 })) });
  expect(times(seen)).toEqual({ printer: { cycles: 20, median: 100, p95: 190, worst: 200 } });
  expect(ends(seen)).toEqual({ "printer ok": 20 });
});
