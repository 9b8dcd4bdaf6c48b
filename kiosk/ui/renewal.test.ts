import { expect, test } from "vitest";
import { Subject } from "../../base/observable.ts";
import type { ViewState } from "../contract/messages.ts";
import { renewAfterCitizen } from "./renewal.ts";

const title = { id: "t", text: "t" };
const state = (screen: ViewState["screen"]): ViewState => ({
  ...{ screen, intents: [], locale: "es", locales: [], audio: [], version: 1, screenWidth: 300 },
  kiosk: { id: "k", place: "p" },
});
const ATTRACT = state({ kind: "attract", title, call: title });
const SERVICES = state({ kind: "services", title, services: [] });
const CLOSED = state({ kind: "out-of-service", title, body: [], works: [], elsewhere: [] });

function watch() {
  const view = new Subject<ViewState | undefined>(undefined);
  let renewed = 0;
  renewAfterCitizen(view, () => renewed++);
  return { view, renewed: () => renewed };
}

test("a page that has served nobody stays", () => {
  const { view, renewed } = watch();
  for (const one of [ATTRACT, CLOSED, ATTRACT]) view.set(one);
  expect(renewed()).toBe(0);
});

test.each([
  ["attract", ATTRACT],
  ["out of service", CLOSED],
])("after a citizen the page is renewed once, when %s stands", (_, rest) => {
  const { view, renewed } = watch();
  view.set(ATTRACT);
  view.set(SERVICES);
  expect(renewed()).toBe(0);
  view.set(rest);
  view.set(SERVICES);
  view.set(ATTRACT);
  expect(renewed()).toBe(1);
});
