import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Intent, Locale, SessionView } from "../../../base/contracts/view.ts";
import { buildUi } from "../../../scripts/build-ui.ts";
import { drawn, launchChromium, openPage, PORTRAIT } from "./browser.ts";
import { gallery } from "./gallery.ts";
import { measureLayout } from "./measure.ts";
import { startUiServer, type UiServer } from "./ui-server.ts";

let browser: Browser;
let server: UiServer;
let context: BrowserContext;
let page: Page;
let errors: string[];

beforeAll(async () => {
  await buildUi();
  browser = await launchChromium();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  server = await startUiServer();
  ({ page, context, errors } = await openPage(browser, server.url, PORTRAIT));
});

afterEach(async () => {
  expect(errors.filter((error) => !error.includes("WebSocket"))).toEqual([]);
  await context.close();
  await server.close();
});

function exhibit(name: string, locale: Locale = "es"): SessionView {
  const found = gallery(locale).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no exhibit ${name}`);
  return found.view;
}

async function show(view: SessionView): Promise<void> {
  await drawn(page, server.publish(view, PORTRAIT.millimetres));
}

const sent = (): Intent[] => server.intents.map((message) => message.intent);

test("touching the attract screen anywhere above the footer starts", async () => {
  await show(exhibit("attract"));
  await page.touchscreen.tap(540, 500);
  await expect.poll(sent).toEqual([{ type: "START" }]);
});

test("a double tap sends one intent, and the button stays off until the next view", async () => {
  await show(exhibit("review"));
  const confirm = page.getByRole("button", { name: "Pagar $7.420" });
  await confirm.dblclick();
  await page.getByRole("button", { name: "Volver" }).click();
  await expect.poll(sent).toEqual([{ type: "CONFIRM" }]);
  expect(await confirm.getAttribute("aria-disabled")).toBe("true");

  await show(exhibit("review"));
  await expect.poll(() => confirm.getAttribute("aria-disabled")).toBe("false");
});

test("a refused intent frees the button again", async () => {
  await show(exhibit("review"));
  server.onIntent = (message) => server.refuse(message.id);
  const confirm = page.getByRole("button", { name: "Pagar $7.420" });
  await confirm.click();
  await expect.poll(() => confirm.getAttribute("aria-disabled")).toBe("false");
});

test("the RUN keypad formats while one types, corrects, and submits once", async () => {
  await show(exhibit("ask-run"));
  const field = page.getByRole("textbox", { name: "Escriba su RUN" });
  for (const key of ["1", "0", "0", "0", "0", "0", "5"])
    await page.getByRole("button", { name: key, exact: true }).click();
  expect(await field.inputValue()).toBe("100.000-5");
  await page.getByRole("button", { name: "K", exact: true }).click();
  expect(await field.inputValue()).toBe("1.000.005-K");
  await page.getByRole("button", { name: "1", exact: true }).click();
  expect(await field.inputValue()).toBe("1.000.005-K");
  await page.getByRole("button", { name: "Borrar" }).click();
  expect(await field.inputValue()).toBe("100.000-5");
  await page.getByRole("button", { name: "K", exact: true }).click();
  await page.getByRole("button", { name: "Continuar" }).click();
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "1.000.005-K" }]);
});

test("a physical keypad types into the same field and Enter submits", async () => {
  await show(exhibit("ask-run"));
  await page.getByRole("textbox").focus();
  await page.keyboard.type("12345678-5");
  await page.keyboard.press("Enter");
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "12.345.678-5" }]);
});

test("a date is typed as day, month by its name, and year, is said in words, and mended part by part", async () => {
  await show(exhibit("ask-date"));
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await press("4");
  await page.getByRole("button", { name: "septiembre" }).waitFor();
  const limits = { millimetres: PORTRAIT.millimetres, portrait: true };
  expect(await page.evaluate(measureLayout, limits)).toEqual([]);
  await press("septiembre");
  for (const digit of ["1", "9", "8", "0"]) await press(digit);
  await page.getByText("4 de septiembre de 1980").waitFor();
  await page.getByRole("textbox", { name: "Mes" }).click();
  await press("abril");
  await press("Borrar");
  await press("1");
  await press("Continuar");
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "4-04-1981" }]);
});

test("a physical keypad types a date through the three fields, and Enter submits", async () => {
  await show(exhibit("ask-date"));
  await page.getByRole("textbox", { name: "Día" }).focus();
  await page.keyboard.type("17051980");
  expect(await page.getByRole("textbox", { name: "Mes" }).inputValue()).toBe("mayo");
  await page.keyboard.press("Enter");
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "17-05-1980" }]);
});

test("a date that was refused stands in its fields", async () => {
  await show(exhibit("ask-date-problem"));
  const values = await page
    .getByRole("textbox")
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
  expect(values).toEqual(["31", "abril", "2026"]);
});

test("an amount is shown in pesos while one types", async () => {
  const screen = { ...exhibit("ask-money").screen, value: "" } as SessionView["screen"];
  await show({ ...exhibit("ask-money"), screen });
  const field = page.getByRole("textbox");
  expect(await field.inputValue()).toBe("$");
  for (const digit of ["0", "1", "2", "5", "0", "0"])
    await page.getByRole("button", { name: digit, exact: true }).click();
  expect(await field.inputValue()).toBe("$12.500");
  await page.getByRole("button", { name: "Borrar", exact: true }).click();
  await page.getByRole("button", { name: "Continuar" }).click();
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "$1.250" }]);
});

test("several answers are marked, one is taken back, and all are sent together", async () => {
  await show(exhibit("choose-several"));
  const card = (name: string) => page.getByRole("button", { name, exact: true });
  expect(await card("Me trataron mal").getAttribute("aria-pressed")).toBe("true");
  await card("Otra cosa").click();
  await card("Esperé demasiado").click();
  await card("Me trataron mal").click();
  expect(sent()).toEqual([]);
  await card("Continuar").click();
  await expect.poll(sent).toEqual([{ type: "CHOOSE", options: ["other", "wait"] }]);
});

test("an e-mail address is typed with letters, digits and an ending", async () => {
  await show(exhibit("ask-email"));
  for (const key of ["r", "o", "s", "a", ".", "ñ", "7", "x"])
    await page.getByRole("button", { name: key, exact: true }).click();
  await page.getByRole("button", { name: "Borrar" }).click();
  await page.getByRole("button", { name: "@gmail.com" }).click();
  await page.getByRole("button", { name: "Continuar" }).click();
  await expect.poll(sent).toEqual([{ type: "SUBMIT", value: "rosa.ñ7@gmail.com" }]);
});

test("accents, signs and one capital at a time come from their own layers", async () => {
  await show({ ...exhibit("ask-text"), screen: { ...exhibit("ask-text").screen, value: "" } as SessionView["screen"] });
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await press("Mayúsculas");
  await press("A");
  await press("l");
  await press("ÁÉÍ, letras con tilde");
  await press("í");
  await press("Espacio");
  await press("123, números y signos");
  await press("4");
  await press("#");
  expect(await page.getByRole("textbox").inputValue()).toBe("Alí 4#");
});

test("an answer that was wrong comes back as it was typed", async () => {
  await show(exhibit("ask-run"));
  await show(exhibit("ask-run-problem"));
  expect(await page.getByRole("textbox").inputValue()).toBe("12.345.678-9");
  expect(await page.title()).toBe("Error: Escriba su RUN");
  expect(await page.getByRole("alert").textContent()).toContain("Ese RUN no es correcto");
});

test("changing the language keeps what was typed", async () => {
  await show(exhibit("ask-run"));
  for (const key of ["1", "2", "3"]) await page.getByRole("button", { name: key, exact: true }).click();
  await page.getByRole("button", { name: "English" }).click();
  await expect.poll(sent).toEqual([{ type: "SET_LOCALE", locale: "en" }]);

  await show(exhibit("ask-run", "en"));
  expect(await page.getByRole("textbox", { name: "Type your RUN" }).inputValue()).toBe("12-3");
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
});

test("a new question starts empty, and nothing of the old one stays in the document", async () => {
  await show(exhibit("ask-run-problem"));
  await show(exhibit("attract"));
  expect(await page.content()).not.toContain("12.345.678");
  await show(exhibit("ask-run"));
  expect(await page.getByRole("textbox").inputValue()).toBe("");
});

test("long lists turn pages without a word to the runtime", async () => {
  await show(exhibit("choose-many"));
  expect(await page.locator(".option-card").count()).toBe(6);
  await page.getByRole("button", { name: "Ver más" }).click();
  await page.getByRole("button", { name: /Electrocardiograma/ }).click();
  await expect.poll(sent).toEqual([{ type: "SELECT", option: "p7" }]);
});

test("a mark of the survey is sent as its number", async () => {
  await show(exhibit("survey"));
  await page.getByRole("button", { name: "7, Excelente" }).click();
  await expect.poll(sent).toEqual([{ type: "SELECT", option: "7" }]);
});

test("a row is changed by its own button", async () => {
  await show(exhibit("review"));
  await page.getByRole("button", { name: "Cambiar: Atención" }).click();
  await expect.poll(sent).toEqual([{ type: "CHANGE", row: "care" }]);
});

test("the page under an overlay can neither be touched nor reached with Tab", async () => {
  await show(exhibit("overlay-still-there"));
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("main") === null)).toBe(true);
  }
  await page.getByRole("button", { name: "Sí, sigo aquí" }).click();
  await expect.poll(sent).toEqual([{ type: "MORE_TIME" }]);
});

test("the countdown of the time-out is seen to run", async () => {
  await show(exhibit("overlay-still-there"));
  await expect.poll(() => page.getByRole("timer").textContent(), { timeout: 5_000 }).toBe("28 segundos");
});

test("an answer is reached with Tab and given with Enter", async () => {
  await show(exhibit("choose"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(sent).toEqual([{ type: "SELECT", option: "family" }]);
});

test("a dropped link shows one moment without a trace of the citizen, and comes back by itself", async () => {
  await show(exhibit("review"));
  server.accepting = false;
  server.drop();
  await page.getByRole("heading", { name: "Un momento, por favor" }).waitFor();
  expect(await page.content()).not.toContain("Rosa Muñoz");
  expect(await page.locator("button").count()).toBe(0);

  server.accepting = true;
  await page.getByRole("heading", { name: "Revise antes de pagar" }).waitFor();
});

test("before the first view the page asks for a moment in every language", async () => {
  await page.getByRole("heading", { name: "Un momento, por favor" }).waitFor();
  await page.getByRole("heading", { name: "One moment, please" }).waitFor();
});

test("a state that does not fit the contract is not drawn", async () => {
  await show(exhibit("attract"));
  server.sendRaw(JSON.stringify({ type: "view", view: { version: 2, screen: { kind: "surprise" } } }));
  await page.getByRole("heading", { name: "Haga su trámite aquí" }).waitFor();
  await expect.poll(() => server.connections).toBe(2);
});

test("menus, selections, the clipboard and zoom gestures do nothing", async () => {
  await show(exhibit("inform"));
  const stopped = await page.evaluate(() =>
    ["contextmenu", "selectstart", "dragstart", "copy", "cut", "paste"].map(
      (type) => !document.body.dispatchEvent(new Event(type, { bubbles: true, cancelable: true })),
    ),
  );
  expect(stopped).toEqual(Array(6).fill(true));
});

test("with reduced motion nothing moves", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const name of ["attract", "identify", "pay-card", "deliver", "waiting"]) {
    await show(exhibit(name));
    expect(await page.evaluate(() => document.getAnimations().length), name).toBe(0);
  }
});

test("motion other than the sign of work ends within five seconds", async () => {
  for (const { name, view } of gallery("es")) {
    await show(view);
    const ends = await page.evaluate(() =>
      document
        .getAnimations()
        .filter((animation) => !(animation.effect as KeyframeEffect).target?.closest(".busy, .deliver__mark"))
        .map((animation) => Number(animation.effect?.getComputedTiming().endTime)),
    );
    for (const end of ends) expect(end, name).toBeLessThanOrEqual(5_000);
  }
});

test("where the shell gives the page a bridge, no socket is opened, and a lost connection is followed", async () => {
  const shelled = await browser.newContext();
  await shelled.addInitScript(() => {
    const listeners = new Set<(message: unknown) => void>();
    const sent: unknown[] = [];
    Object.assign(window, {
      fakeShell: {
        tell: (message: unknown) => {
          for (const listener of [...listeners]) listener(message);
        },
        sent,
        listeners,
      },
      ventanilla: {
        onMessage: (listener: (message: unknown) => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        send: (message: unknown) => sent.push(message),
      },
    });
  });
  const other = await shelled.newPage();
  await other.goto(server.url);
  const tell = (message: object) =>
    other.evaluate(
      (each) => (window as unknown as { fakeShell: { tell(message: unknown): void } }).fakeShell.tell(each),
      message,
    );
  const view = {
    ...exhibit("attract"),
    version: 1,
    screenWidth: 268,
    kiosk: { id: "k", place: "ChileAtiende Valdivia" },
  };
  await tell({ type: "view", view });
  await other.getByRole("button", { name: "Toque aquí para comenzar" }).click();
  expect(
    await other.evaluate(() => (window as unknown as { fakeShell: { sent: unknown[] } }).fakeShell.sent),
  ).toMatchObject([{ type: "intent", view: 1, intent: { type: "START" } }]);

  await tell({ type: "lost" });
  await other.getByRole("heading", { name: "Un momento, por favor" }).waitFor();
  await other.waitForFunction(
    () => (window as unknown as { fakeShell: { listeners: Set<unknown> } }).fakeShell.listeners.size === 1,
  );
  await tell({ type: "view", view });
  await other.getByRole("heading", { name: "Haga su trámite aquí" }).waitFor();
  expect(server.connections).toBe(1);
  await shelled.close();
});
