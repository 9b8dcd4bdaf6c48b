import { beforeEach, expect, test } from "vitest";
import type { Intent } from "../../../base/contracts/view.ts";
import { TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { chooseSchema } from "./choices.ts";

const service = miniService(`
- { id: reasons, kind: choose, options: [late, cold, dear], many: { min: 1, max: 2 } }
- id: sort
  kind: decide
  cases: [{ if: "'dear' in reasons.ids or count(reasons.ids) == 2", go: more }]
  next: review
- { id: more, kind: inform }
- id: review
  kind: review
  rows:
    - { id: reasons, value: "{{reasons.labels | list}}", change: reasons }
- { id: done, kind: finish }
`);

let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk([service]);
  await kiosk.open("test/mini");
});

const chosen = (...options: string[]): Intent => ({ type: "CHOOSE", options });

test("several are chosen, in the order of the list, and conditions look into them", async () => {
  await kiosk.act(chosen("cold", "late"));
  expect(kiosk.screen).toBe("inform");
  await kiosk.act("CONTINUE");
  expect(kiosk.view.screen).toMatchObject({ rows: [{ value: "«reasons.options.late» y «reasons.options.cold»" }] });
});

test.each([
  [[], "choose.too-few"],
  [["late", "cold", "dear"], "choose.too-many"],
  [["unknown"], "choose.too-few"],
])("of %j too few or too many are chosen: they stay marked, with what is wrong", async (options, says) => {
  await kiosk.act(chosen(...options));
  expect(kiosk.view.screen).toMatchObject({
    kind: "choose-many",
    chosen: options.filter((option) => option !== "unknown"),
    problem: { id: `common/${says}` },
  });
});

test("what was chosen is marked when the citizen comes back to change it, and is spoken with how many there may be", async () => {
  await kiosk.act(chosen("late"), { type: "CHANGE", row: "reasons" });
  expect(kiosk.view.screen).toMatchObject({ chosen: ["late"] });
  expect(kiosk.view.audio.map(({ id }) => id)).toContain("common/choose.between");
});

const fixed = ["a", "b", "c"];
const listed = { from: "{{x.all}}", id: "{{item.id}}", label: "{{item.name}}" };

test.each([
  [{ min: 2, max: 1 }, fixed, "max is less than min"],
  [{ max: 4 }, fixed, "at most 4 may be chosen"],
  [{ min: 2, max: 4 }, listed, "a list may have fewer than 2"],
])("many: %j is refused", (many, options, problem) => {
  const parsed = chooseSchema.safeParse({ id: "q", kind: "choose", options, many });
  expect(JSON.stringify(parsed.error?.issues)).toContain(problem);
});
