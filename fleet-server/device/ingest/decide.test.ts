import fc from "fast-check";
import { expect, test } from "vitest";
import type { Report } from "../../../base/contracts/fleet/report.ts";
import { brokenSequence, decide, digestOf, type KnownStream } from "./decide.ts";

const [A, B] = ["7f1d1a5e-0000-4000-8000-000000000001", "7f1d1a5e-0000-4000-8000-000000000002"];
const report = (sequence: number, device = "printer"): Report => ({
  ...{ type: "event", event: "device.link", sequence, at: 1_000 + sequence, fields: { device } },
});
const batch = (stream: string, ...reports: Report[]) => ({ stream, session: 1, reports });
const stream = (name: string, last: Report, supersededAt: number | null = null): KnownStream => ({
  ...{ stream: name, lastSequence: last.sequence, lastDigest: digestOf(last), supersededAt },
});
const known = (enrolledAt: number, ...streams: KnownStream[]) => ({
  enrolledAt,
  streams: new Map(streams.map((entry) => [entry.stream, entry])),
});

test("whatever is lost, doubled or cut on the way, every report is taken once and in order", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ batch: fc.integer({ min: 1, max: 6 }), heard: fc.boolean() }), { maxLength: 40 }),
      (sendings) => {
        let server = known(0);
        const taken: number[] = [];
        let acknowledged = 0;
        for (const sending of sendings) {
          // The agent sends from its oldest report that was not acknowledged; the answer may not reach it.
          const reports = Array.from({ length: sending.batch }, (_, n) => report(acknowledged + 1 + n));
          const decision = decide(server, batch(A, ...reports), false);
          if (decision.kind !== "take") throw new Error(decision.kind);
          taken.push(...decision.fresh.map(({ sequence }) => sequence));
          server = known(0, decision.after);
          if (sending.heard) acknowledged = decision.after.lastSequence;
        }
        expect(taken).toEqual(taken.map((_, index) => index + 1));
      },
    ),
  ));

test("another content under the last number, and a return to a stream that was left, show a clone", () => {
  const last = report(3);
  const server = known(0, stream(A, last));
  expect(decide(server, batch(A, report(3, "other")), false)).toEqual({ kind: "cloned", cause: "other-content" });
  expect(decide(server, batch(A, last), false)).toMatchObject({ kind: "take", fresh: [] });
  const left = known(5, stream(A, last, 10), stream(B, report(1)));
  expect(decide(left, batch(A), false)).toEqual({ kind: "cloned", cause: "old-stream" });
});

test("a kiosk that was enrolled again since may go on with its old stream", () =>
  expect(decide(known(20, stream(A, report(3), 10)), batch(A, report(4)), false)).toMatchObject({
    kind: "take",
    after: { lastSequence: 4, supersededAt: null },
  }));

test("a gap is refused once, and taken when there is nothing older", () => {
  const server = known(0, stream(A, report(3)));
  expect(decide(server, batch(A, report(7)), false)).toEqual({ kind: "gap", expected: 4, got: 7 });
  expect(decide(server, batch(A, report(7)), true)).toMatchObject({ kind: "take", gap: true });
});

test("numbers that do not follow each other are named", () => {
  expect(brokenSequence(batch(A, report(4), report(5), report(7)))).toBe(7);
  expect(brokenSequence(batch(A, report(4), report(5)))).toBeUndefined();
  expect(brokenSequence(batch(A))).toBeUndefined();
});
