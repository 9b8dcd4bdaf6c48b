import { describe, expect, test } from "vitest";
import type { ChargeSeen } from "../../support/kiosk-stack.ts";
import type { Autopsy, EffectRow } from "./image.ts";
import { type Balance, balanceOf, imbalances, type Outside, wrongInAll, wrongOnDisk } from "./judge.ts";

const CHARGE: ChargeSeen = { ticket: "T1", amount: 5_000, responseCode: "00", moneyMoved: true, reversed: false };
const QUIET: Outside = {
  ...{ charges: [], sale: undefined, bonos: { issued: 0, annulled: 0 }, certificates: 0 },
  ...{ submissions: new Map(), incidents: [], papers: 0 },
};
const EMPTY: Autopsy = { faults: [], journeys: [], effects: [], incidents: [], configured: true };
const NOBODY: ReadonlySet<string> = new Set();
const JOURNEY = { id: "j", settled_at: 1 };
const INCIDENT = { number: "V-1", journey: "j", kind: "paid-not-delivered" };

function effect(kind: string, state: string, ticket: string | null = null): EffectRow {
  return { key: `j/${kind}`, journey: "j", kind, state, ticket, sealed: null };
}

describe("a disk after a power cut", () => {
  const disk = { ...EMPTY, journeys: [JOURNEY], effects: [effect("charge", "sent", "T1"), effect("submit", "done")] };

  test("knows what terminal and gateway have heard of", () => {
    const outside = { ...QUIET, charges: [CHARGE], submissions: new Map([["j/submit", "done"]]) };
    expect(wrongOnDisk(disk, outside, EMPTY, NOBODY)).toEqual([]);
  });

  test("that does not know a sale is wrong, be it done or under way, unless it is another disk", () => {
    const intended = { ...EMPTY, effects: [effect("charge", "intended", "T1")] };
    expect(wrongOnDisk(intended, { ...QUIET, charges: [CHARGE] }, EMPTY, NOBODY)).toHaveLength(1);
    expect(wrongOnDisk(EMPTY, { ...QUIET, sale: "T2" }, EMPTY, NOBODY)).toHaveLength(1);
    expect(wrongOnDisk(EMPTY, { ...QUIET, sale: "T2" }, EMPTY, new Set(["T2"]))).toEqual([]);
  });

  test("that does not know a submission is wrong", () => {
    expect(
      wrongOnDisk(EMPTY, { ...QUIET, submissions: new Map([["j/submit", "working"]]) }, EMPTY, NOBODY),
    ).toHaveLength(1);
  });

  test("knows the incidents that the gateway was told of, and is wrong when it knows one of them no more", () => {
    const outside = { ...QUIET, submissions: new Map([["j/V-1", "done"]]), incidents: ["V-1"] };
    expect(wrongOnDisk({ ...EMPTY, incidents: [INCIDENT] }, outside, EMPTY, NOBODY)).toEqual([]);
    expect(wrongOnDisk(EMPTY, outside, EMPTY, NOBODY)).toHaveLength(1);
  });

  test("that has lost or changed what was final is wrong", () => {
    expect(wrongOnDisk(EMPTY, QUIET, { ...disk, incidents: [INCIDENT] }, NOBODY)).toHaveLength(4);
    const changed = { ...disk, effects: [effect("charge", "done", "T1"), effect("submit", "failed")] };
    expect(wrongOnDisk(changed, QUIET, disk, NOBODY)).toEqual(["j/submit was done on disk, and is failed"]);
    expect(wrongOnDisk({ ...EMPTY, configured: false }, QUIET, EMPTY, NOBODY)).toEqual(["the configuration has gone"]);
  });

  test("may forget an incident that the gateway has", () => {
    expect(wrongOnDisk(EMPTY, { ...QUIET, incidents: ["V-1"] }, { ...EMPTY, incidents: [INCIDENT] }, NOBODY)).toEqual(
      [],
    );
  });
});

describe("a settled journey", () => {
  const nothing: Balance = { taken: 0, issued: 0, annulled: 0, printed: false, papers: 0, incidents: [] };
  const bought: Balance = { ...nothing, taken: 1, issued: 1, printed: true, papers: 2 };

  test("balances when all was done, nothing was done, all was taken back, or a person is told", () => {
    const told = { incidents: ["delivery-unknown"] };
    const right = [nothing, bought, { ...nothing, issued: 1, annulled: 1 }, { ...bought, printed: false, ...told }];
    expect(right.flatMap((balance) => imbalances(balance, true))).toEqual([]);
  });

  test.each<[string, Partial<Balance>]>([
    ["charged twice", { taken: 2 }],
    ["issued twice", { issued: 2 }],
    ["paid for nothing", { issued: 0, printed: false }],
    ["issued for nothing", { taken: 0 }],
    ["not delivered", { printed: false }],
    ["printed on no paper", { papers: 0 }],
  ])("that was %s does not", (_, wrong) => {
    expect(imbalances({ ...bought, ...wrong }, true)).toHaveLength(1);
  });

  test("is counted from what came after its beginning", () => {
    const disk = { ...EMPTY, effects: [effect("print", "done")], incidents: [INCIDENT] };
    const after = {
      ...QUIET,
      charges: [CHARGE, { ...CHARGE, reversed: true }],
      bonos: { issued: 3, annulled: 1 },
      papers: 2,
    };
    const before = { ...QUIET, bonos: { issued: 2, annulled: 0 } };
    expect(balanceOf(before, after, disk, "j")).toEqual({
      ...{ taken: 1, issued: 1, annulled: 1, printed: true, papers: 2, incidents: ["paid-not-delivered"] },
    });
  });
});

test("nothing is charged twice, done here only, or kept from the gateway", () => {
  const disk = { ...EMPTY, effects: [effect("submit", "done")], incidents: [INCIDENT] };
  const right = { ...QUIET, charges: [CHARGE], submissions: new Map([["j/submit", "done"]]), incidents: ["V-1"] };
  expect(wrongInAll(right, disk)).toEqual([]);
  expect(wrongInAll({ ...QUIET, charges: [CHARGE, CHARGE] }, disk)).toHaveLength(3);
});
