import { beforeEach, describe, expect, test } from "vitest";
import type { Screen } from "../../base/contracts/view.ts";
import { select, TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";

/** Two questions of which the second is asked of some only, a third for everybody, and the page that shows all answers. */
const BRANCHES = `
- { id: stall, kind: choose, options: [food, clothes] }
- id: sort
  kind: decide
  cases: [{ if: "stall.id == 'food'", go: licence }]
  next: place
- { id: licence, kind: ask, input: text }
- { id: place, kind: choose, options: [north, south] }
- id: review
  kind: review
  rows:
    - { id: stall, value: "{{stall.id}}", change: stall }
    - { id: licence, value: "{{licence.value}}", change: licence }
    - { id: place, value: "{{place.id}}", change: place }
- { id: done, kind: finish }
`;

let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk([miniService(BRANCHES)]);
  await kiosk.open("test/mini");
});

const rows = () => (kiosk.view.screen as Extract<Screen, { kind: "review" }>).rows.map(({ id, value }) => [id, value]);
const change = (row: string) => ({ type: "CHANGE" as const, row });
const title = () => kiosk.view.screen.title.text;

describe("a question that is asked of some only", () => {
  test("is neither shown nor changed where it was not asked", async () => {
    await kiosk.act(select("clothes"), select("north"));
    expect(rows()).toEqual([
      ["stall", "clothes"],
      ["place", "north"],
    ]);
    expect(kiosk.session.send(change("licence"))).toBe(false);
  });

  test("is asked when a changed answer leads to it, and what was answered after it is kept", async () => {
    await kiosk.act(select("clothes"), select("north"), change("stall"), select("food"));
    expect(title()).toBe("«licence.title»");
    await kiosk.act({ type: "SUBMIT", value: "77" });
    expect(rows()).toEqual([
      ["stall", "food"],
      ["licence", "77"],
      ["place", "north"],
    ]);
  });

  test("loses its answer when a changed answer no longer leads to it", async () => {
    await kiosk.act(
      select("food"),
      { type: "SUBMIT", value: "77" },
      select("north"),
      change("stall"),
      select("clothes"),
    );
    expect(rows()).toEqual([
      ["stall", "clothes"],
      ["place", "north"],
    ]);
  });

  test("back from it leads to the changed answer, and from there never to a review that lacks it", async () => {
    await kiosk.act(select("clothes"), select("north"), change("stall"), select("food"), "BACK");
    expect(title()).toBe("«stall.title»");
    expect(kiosk.view.intents).not.toContain("BACK");
  });
});
