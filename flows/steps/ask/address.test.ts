import { beforeEach, expect, test } from "vitest";
import type { Intent, Screen } from "../../../base/contracts/view.ts";
import { select, TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";

const service = miniService(`
- { id: home, kind: ask, input: address }
- id: sort
  kind: decide
  cases: [{ if: "home.value.commune.code == '14101' and not known(home.value.number)", go: here }]
  next: review
- { id: here, kind: inform }
- id: review
  kind: review
  rows:
    - { id: home, value: "{{home.value | address}}", change: home }
- { id: done, kind: finish }
`);

let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk([service]);
  await kiosk.open("test/mini");
});

const typed = (value: string): Intent => ({ type: "SUBMIT", value });
const title = () => kiosk.view.screen.title.id;
const field = () => (kiosk.view.screen as Extract<Screen, { kind: "ask" }>).value;
const problem = () => (kiosk.view.screen as Extract<Screen, { kind: "ask" }>).problem?.id;

test("an address is asked part by part, its commune by the first letters, and stands in one line on the review", async () => {
  await kiosk.act(typed(" Picarte "), typed("100"), typed("depto. 302"), typed("san pedro"));
  expect(kiosk.view.screen).toMatchObject({
    kind: "choose",
    options: [
      { id: "13505", label: { text: "San Pedro" }, detail: { text: "Metropolitana de Santiago" } },
      { label: { text: "San Pedro de Atacama" } },
      { label: { text: "San Pedro de la Paz" } },
    ],
  });
  await kiosk.act(select("08108"));
  expect(kiosk.view.screen).toMatchObject({ rows: [{ value: "Picarte 100, depto. 302, San Pedro de la Paz" }] });
});

test("what an address need not have is left out, and a condition sees it", async () => {
  await kiosk.act(typed("Camino a Niebla"), "SKIP", "SKIP", typed("valdivia"));
  expect(kiosk.screen).toBe("inform");
  await kiosk.act("CONTINUE");
  expect(kiosk.view.screen).toMatchObject({ rows: [{ value: "Camino a Niebla, Valdivia" }] });
});

test.each([
  ["xyzzy", "common/ask.commune-unknown"],
  ["a", "common/ask.commune-more-letters"],
  ["san", "common/ask.commune-more-letters"],
  [" ", "common/ask.empty"],
])("a commune %j is asked again: %s", async (commune, says) => {
  await kiosk.act(typed("Picarte"), typed("100"), "SKIP", typed(commune));
  expect(problem()).toBe(says);
  expect(field()).toBe(commune);
});

test("back leads through the parts, and each stands as it was typed", async () => {
  await kiosk.act(typed("Picarte"), typed("12x"));
  expect(problem()).toBe("common/ask.number");
  await kiosk.act(typed("100"), typed("casa A"), typed("san pedro"), "BACK");
  expect(field()).toBe("san pedro");
  await kiosk.act("BACK");
  expect(field()).toBe("casa A");
  await kiosk.act("BACK");
  expect(field()).toBe("100");
  await kiosk.act("BACK");
  expect(field()).toBe("Picarte");
  expect(title()).toBe("test/mini/home.title");
});

test("a change begins with what was answered, and a part that is left out now is gone", async () => {
  await kiosk.act(typed("Picarte"), typed("100"), typed("casa A"), typed("Valdivia"));
  await kiosk.act({ type: "CHANGE", row: "home" });
  expect(field()).toBe("Picarte");
  await kiosk.act(typed("Picarte"), typed("100"), "SKIP");
  expect(field()).toBe("Valdivia");
  await kiosk.act(typed("Corral"));
  expect(kiosk.view.screen).toMatchObject({ rows: [{ value: "Picarte 100, Corral" }] });
});
