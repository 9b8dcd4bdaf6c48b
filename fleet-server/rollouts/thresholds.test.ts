import fc from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "./rows.ts";
import { judgeRing } from "./thresholds.ts";

const kiosks = fc.integer({ min: 0, max: 40 });
const counts = fc
  .record({ told: kiosks, working: kiosks, succeeded: kiosks, failed: kiosks, silent: kiosks, "not-fitting": kiosks })
  .map((some) => ({ ...NONE, ...some }));
const plans = fc.record({
  ring: fc.constant("pilot"),
  success: fc.integer({ min: 1, max: 100 }),
  error: fc.integer({ min: 0, max: 100 }),
});

test("a ring fails exactly when too many failed or fell silent, or it ended without enough successes", () => {
  fc.assert(
    fc.property(plans, counts, (plan, count) => {
      const { verdict } = judgeRing(plan, count);
      const all = count.told + count.working + count.succeeded + count.failed + count.silent;
      const bad = count.failed + count.silent;
      if (all > 0 && bad / all > plan.error / 100 + 1e-9) expect(verdict).toBe("failed");
      if (verdict === "passed") expect(count.succeeded).toBeGreaterThanOrEqual((all * plan.success) / 100 - 1e-9);
      if (count.told + count.working === 0) expect(verdict).not.toBe("going");
      if (all === 0) expect(verdict).toBe("passed");
    }),
  );
});

test("a silent kiosk counts exactly as one that failed, and one that it does not fit not at all", () => {
  fc.assert(
    fc.property(plans, counts, kiosks, (plan, count, others) => {
      const { verdict } = judgeRing(plan, count);
      expect(judgeRing(plan, { ...count, failed: count.failed + count.silent, silent: 0 }).verdict).toBe(verdict);
      expect(judgeRing(plan, { ...count, "not-fitting": others }).verdict).toBe(verdict);
    }),
  );
});

test("one more success never makes a ring fail, one more failure never makes it pass", () => {
  fc.assert(
    fc.property(plans, counts, (plan, count) => {
      fc.pre(count.told > 0);
      const before = judgeRing(plan, count).verdict;
      const better = judgeRing(plan, { ...count, told: count.told - 1, succeeded: count.succeeded + 1 }).verdict;
      const worse = judgeRing(plan, { ...count, told: count.told - 1, silent: count.silent + 1 }).verdict;
      if (before === "passed") expect(better).toBe("passed");
      if (before === "failed") expect(worse).toBe("failed");
      if (before === "going") expect(worse).not.toBe("passed");
    }),
  );
});
