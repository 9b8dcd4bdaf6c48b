import fc from "fast-check";
import { expect, test } from "vitest";
import { burstsOf, type Entry } from "./bursts.ts";

const entry = (at: number, over: Partial<Entry> = {}): Entry => ({
  ...{ id: `event:${at}`, at, kind: "event", code: "process.started", text: "", actor: null },
  ...over,
});

test("a restart's lines are one burst, and what stands alone stays alone", () => {
  const entries = [entry(900_000), entry(300_000), entry(299_000), entry(298_000), entry(241_000), entry(239_000)];
  expect(burstsOf(entries).map((burst) => burst.map(({ at }) => at))).toEqual([
    [900_000],
    [300_000, 299_000, 298_000, 241_000],
    [239_000],
  ]);
});

test("the end of an update is told once", () => {
  const target = "releases/ventanilla-0.1.1-linux-x64.tar.zst";
  const update = entry(200_010, { kind: "update", code: "succeeded", facts: { target } });
  const event = entry(200_000, { code: "fleet.update", facts: { target, result: "installed" } });
  const earlier = { ...event, id: "earlier", at: 20_000 };
  expect(burstsOf([update, event, earlier])).toEqual([[update], [earlier]]);
});

test("no entry is lost or told twice, and the order stays", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 600_000 })), (times) => {
      const entries = times.toSorted((a, b) => b - a).map((at, n) => entry(at, { id: String(n) }));
      expect(burstsOf(entries).flat()).toEqual(entries);
    }),
  );
});
