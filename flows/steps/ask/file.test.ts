import { beforeEach, expect, test } from "vitest";
import type { Screen } from "../../../base/contracts/view.ts";
import { failed, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { HANG } from "../../testing/scripted-ports.ts";

const REQUIRED = miniService(`
- { id: first, kind: choose, options: [a, b] }
- { id: paper, kind: ask, input: file, max: 2 }
- id: review
  kind: review
  rows:
    - { id: first, value: "{{first.label}}", change: first }
    - { id: paper, value: "{{paper.value | pages}}", change: paper }
- { id: done, kind: finish }
`);

const OPTIONAL = miniService(`
- { id: first, kind: inform }
- { id: paper, kind: ask, input: file, optional: true }
- id: sort
  kind: decide
  cases: [{ if: "known(paper.value) and count(paper.value) >= 2", go: many }]
  next: last
- { id: last, kind: inform, next: done }
- { id: many, kind: inform }
- { id: done, kind: finish }
`);

const TWO_PAPERS = miniService(`
- { id: first, kind: inform }
- { id: bill, kind: ask, input: file }
- { id: letter, kind: ask, input: file }
- { id: done, kind: finish }
`);

let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk([REQUIRED]);
  await kiosk.open("test/mini");
  await kiosk.act({ type: "SELECT", option: "a" });
});

async function optional(): Promise<TestKiosk> {
  const other = new TestKiosk([OPTIONAL]);
  await other.open("test/mini");
  await other.act("CONTINUE");
  return other;
}

type Pages = Extract<Screen, { kind: "scan-pages" }>;

function pages(at = kiosk): Pages {
  const { screen } = at.view;
  if (screen.kind !== "scan-pages") throw new Error(`the screen is ${screen.kind}`);
  return screen;
}

test("each page that is scanned stands there, and they go on together when the citizen says so", async () => {
  expect(kiosk.view.intents).not.toContain("CONTINUE");
  await kiosk.act("SCAN");
  expect(pages()).toMatchObject({ state: "ready", instruction: { id: "common/ask.file-one" } });
  await kiosk.act("SCAN");
  expect(pages().pages.map(({ label, picture }) => [label.text, picture.slice(0, 8)])).toEqual([
    ["Hoja 1", "/papers/"],
    ["Hoja 2", "/papers/"],
  ]);
  expect(kiosk.view.intents).not.toContain("SCAN");
  await kiosk.act("CONTINUE");
  expect(kiosk.view.screen).toMatchObject({ rows: [{}, { value: "2 hojas" }] });
});

test("a page is taken out again; with none there is nothing to go on with", async () => {
  await kiosk.act("SCAN", "SCAN");
  const [first, second] = pages().pages;
  await kiosk.act({ type: "REMOVE", page: first?.id ?? "" });
  expect(pages().pages.map(({ id }) => id)).toEqual([second?.id]);
  await kiosk.act({ type: "REMOVE", page: second?.id ?? "" });
  expect(pages().pages).toEqual([]);
  expect(kiosk.view.intents).not.toContain("CONTINUE");
  expect(kiosk.view.intents).not.toContain("REMOVE");
});

test("a page that has been taken out before is told by nothing: the touch came late", async () => {
  await kiosk.act("SCAN", "SCAN");
  const [first] = pages().pages;
  await kiosk.act({ type: "REMOVE", page: first?.id ?? "" }, { type: "REMOVE", page: first?.id ?? "" });
  expect(pages().pages).toHaveLength(1);
});

test("while the scanner waits for the paper one can go back; once it has it, the page says that it works", async () => {
  kiosk.ports.script("scan-page", HANG);
  await kiosk.act("SCAN");
  expect(pages()).toMatchObject({ state: "insert", instruction: { id: "common/ask.file-insert" } });
  await kiosk.act("BACK");
  expect(pages()).toMatchObject({ state: "ready" });
  expect(kiosk.ports.names).toContain("scan-page aborted");
  kiosk.ports.paperProgress = ["insert", "scanning"];
  await kiosk.act("SCAN");
  expect(pages()).toMatchObject({ state: "scanning" });
  expect(kiosk.view.intents).not.toContain("BACK");
});

test.each([
  ["document-scanner.no-paper", "ask.file-no-paper"],
  ["document-scanner.jammed", "ask.file-jammed"],
  ["document-scanner.cover-open", "ask.file-cover-open"],
  ["document-scanner.full", "ask.file-full"],
] as const)("%s is said on the page, and what was scanned before stays", async (code, says) => {
  await kiosk.act("SCAN");
  kiosk.ports.script("scan-page", failed(coded(code)));
  await kiosk.act("SCAN");
  expect(pages()).toMatchObject({ problem: { id: `common/${says}` }, pages: [{}] });
});

test.each([failed(coded("common.deadline")), uncertain(coded("common.deadline")), new Error("defect")])(
  "a scanner that does not work (%#) is told on a page of its own, from which the pages are reached again",
  async (answer) => {
    await kiosk.act("SCAN");
    kiosk.ports.script("scan-page", answer);
    await kiosk.act("SCAN");
    expect(kiosk.screen).toBe("problem common/ask.file-scanner-title");
    await kiosk.act("BACK");
    expect(pages().pages).toHaveLength(1);
  },
);

test("a scanner that never ends is given up", async () => {
  kiosk.ports.script("scan-page", HANG);
  kiosk.ports.paperProgress = ["scanning"];
  await kiosk.act("SCAN");
  await kiosk.clock.advance(100_000);
  expect(kiosk.screen).toBe("problem common/ask.file-scanner-title");
});

test("changed from the review: pages are there, one is added, and the other answer still holds", async () => {
  await kiosk.act("SCAN", "CONTINUE", { type: "CHANGE", row: "paper" });
  expect(pages().pages).toHaveLength(1);
  await kiosk.act("SCAN", "CONTINUE");
  expect(kiosk.view.screen).toMatchObject({ rows: [{ value: "«first.options.a»" }, { value: "2 hojas" }] });
});

test("another answer is changed: the pages still hold and are not asked for again", async () => {
  await kiosk.act("SCAN", "CONTINUE", { type: "CHANGE", row: "first" }, { type: "SELECT", option: "b" });
  expect(kiosk.view.screen).toMatchObject({ kind: "review", rows: [{}, { value: "1 hoja" }] });
});

test("all pages taken out while another answer is changed: the question is asked again", async () => {
  await kiosk.act("SCAN", "CONTINUE", { type: "CHANGE", row: "paper" });
  await kiosk.act({ type: "REMOVE", page: pages().pages[0]?.id ?? "" }, "BACK", { type: "SELECT", option: "b" });
  expect(pages().pages).toEqual([]);
});

test("an optional paper is left out, and conditions see how many pages there are", async () => {
  const without = await optional();
  await without.act("SKIP");
  expect(without.view.screen.title.id).toBe("test/mini/last.title");
  const two = await optional();
  await two.act("SCAN", "SCAN");
  expect(two.view.intents).not.toContain("SKIP");
  await two.act("CONTINUE");
  expect(two.view.screen.title.id).toBe("test/mini/many.title");
});

test("the scanner is told which pages are still there, of all papers, before each page", async () => {
  const other = new TestKiosk([TWO_PAPERS]);
  await other.open("test/mini");
  await other.act("CONTINUE", "SCAN");
  const [bill] = pages(other).pages;
  await other.act("CONTINUE", "SCAN");
  const [letter] = pages(other).pages;
  await other.act({ type: "REMOVE", page: letter?.id ?? "" }, "SCAN");
  const scans = other.ports.calls.filter(({ name }) => name === "scan-page").map(({ detail }) => detail);
  expect(scans).toEqual([{ held: [] }, { held: [bill?.id] }, { held: [bill?.id] }]);
});

test("on a kiosk without a scanner an optional paper is not asked for, and back leads past it", async () => {
  const other = new TestKiosk([OPTIONAL]);
  other.availability.set({
    ...other.availability.value,
    devices: new Set([...other.availability.value.devices].filter((device) => device !== "document-scanner")),
  });
  await other.open("test/mini");
  await other.act("CONTINUE");
  expect(other.view.screen.title.id).toBe("test/mini/last.title");
  await other.act("BACK");
  expect(other.view.screen.title.id).toBe("test/mini/first.title");
});

test("what is to be done is spoken after the question, and every button with it", async () => {
  await kiosk.act("SCAN");
  expect(kiosk.view.audio.map(({ id }) => id)).toEqual([
    "test/mini/paper.title",
    "common/ask.file-one",
    "common/ask.file-done",
    "common/ask.file-scan-more",
  ]);
});
