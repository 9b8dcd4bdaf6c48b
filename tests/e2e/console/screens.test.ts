import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildConsole } from "../../../scripts/build-console.ts";
import { type ConsoleApi, startConsoleApi } from "../../support/console-api.ts";
import { launchChromium } from "../ui/browser.ts";
import { DESKTOP, faultsOf, goTo, type Look, NARROW, PHONE, tooWide, visit, WALL } from "./console-browser.ts";

const PICTURES = join(import.meta.dirname, "..", "..", "..", "out", "console-screens");

/** Every page by name. */
const PAGES = [
  ["now", "/"],
  ["kiosks", "/kiosks"],
  ["kiosk", "/kiosks/valdivia-01"],
  ["releases", "/releases"],
  ["new-rollout", "/rollouts/new?target=releases/ventanilla-1.5.0-linux-x64.tar.zst"],
  ["rollout", "/rollouts/7f0e9c3a-0000-4000-8000-000000000001"],
  ["enrolment", "/enrolment"],
  ["staff", "/staff"],
  ["audit", "/audit"],
  ["not-found", "/nowhere"],
] as const;

let browser: Browser;
let api: ConsoleApi;

beforeAll(async () => {
  await buildConsole();
  mkdirSync(PICTURES, { recursive: true });
  api = await startConsoleApi();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await api?.close();
});

const LOOKS: readonly (readonly [string, Look])[] = [
  ["phone", { ...PHONE }],
  ["phone-dark-en", { ...PHONE, language: "en", scheme: "dark" }],
  ["wide-dark", { ...WALL, scheme: "dark" }],
  ["wide-en", { ...WALL, language: "en" }],
];

test.concurrent.each(LOOKS)(
  "every page meets WCAG 2.2 AA, and neither it nor a narrower window scrolls sideways: %s",
  async (lookName, look) => {
    const { page, context, errors } = await visit(browser, api, look, "admin");
    const faults: string[] = [];
    const narrower = look.width > PHONE.width ? DESKTOP : NARROW;
    for (const [name, path] of PAGES) {
      await goTo(page, api, path);
      await page.screenshot({ path: join(PICTURES, `${name}-${lookName}.png`), fullPage: true });
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
      // The same page drawn narrower costs no second visit.
      await page.setViewportSize(narrower);
      faults.push(...(await tooWide(page)).map((fault) => `${name}, ${narrower.width} px: ${fault}`));
      await page.setViewportSize(look);
    }
    expect([...faults, ...errors]).toEqual([]);
    await context.close();
  },
);

test.concurrent.each(LOOKS)("the sign-in page meets WCAG 2.2 AA and fits the screen: %s", async (lookName, look) => {
  const { page, context, errors } = await visit(browser, api, look);
  await goTo(page, api, "/");
  await page.locator(".demo").waitFor();
  await page.screenshot({ path: join(PICTURES, `sign-in-${lookName}.png`), fullPage: true });
  expect([...(await faultsOf(page)), ...errors]).toEqual([]);
  await context.close();
});

/** What opens over or on a page, and how. */
const OPENED: readonly (readonly [name: string, path: string, open: (page: Page) => Promise<unknown>])[] = [
  ["command", "/kiosks/valdivia-01", (page) => page.getByRole("button", { name: "Enviar una orden" }).click()],
  ["logs", "/kiosks/valdivia-01", (page) => page.getByRole("button", { name: "Ver registros" }).click()],
  ["readiness", "/kiosks/valdivia-01", (page) => page.getByRole("button", { name: "Ver el acta" }).click()],
  ["place", "/kiosks/valdivia-01", (page) => page.getByRole("button", { name: "Editar" }).click()],
  ["revoke", "/kiosks/valdivia-01", (page) => page.getByRole("button", { name: "Revocar la identidad" }).click()],
  ["account", "/", (page) => page.locator(".account > summary").click()],
  ["dry-run", PAGES[4][1], (page) => page.getByRole("button", { name: "Ensayar primero" }).click()],
  ["resume", PAGES[5][1], (page) => page.getByRole("button", { name: "Reanudar" }).click()],
];

test.each([
  ["phone", PHONE],
  ["desktop-dark", { ...DESKTOP, scheme: "dark" as const }],
])("what opens over a page meets WCAG 2.2 AA and fits the screen: %s", async (lookName, look) => {
  const { page, context, errors } = await visit(browser, api, look, "admin");
  const faults: string[] = [];
  for (const [name, path, open] of OPENED) {
    await goTo(page, api, path);
    await open(page);
    await page.locator("dialog[open], .account[open], .plan .rings").first().waitFor();
    await page.locator(".loading").waitFor({ state: "detached" });
    await page.screenshot({ path: join(PICTURES, `open-${name}-${lookName}.png`) });
    faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
  }
  expect([...faults, ...errors]).toEqual([]);
  await context.close();
});

test("when nothing is wrong, the page and the wall say so calmly", async () => {
  const calm = await startConsoleApi();
  calm.state.kiosks = calm.state.kiosks.map((kiosk) => ({ ...kiosk, condition: "ok", alerts: [] }));
  const { page, context } = await visit(browser, calm, WALL, "operador");
  for (const [name, path] of [
    ["calm", "/"],
    ["wall-calm", "/?wall"],
  ] as const) {
    await goTo(page, calm, path);
    await page.getByText("Todo funciona").waitFor();
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    expect(await faultsOf(page)).toEqual([]);
  }
  await context.close();
  await calm.close();
});

test("the wall view fits one screen, big and dark", async () => {
  const { page, context, errors } = await visit(browser, api, WALL, "operador");
  await goTo(page, api, "/?wall");
  await page.screenshot({ path: join(PICTURES, "wall.png") });
  const [list, foot] = await Promise.all([
    page.locator(".wall__list > li").last().boundingBox(),
    page.locator(".wall__foot").boundingBox(),
  ]);
  expect([...(await faultsOf(page)), ...errors]).toEqual([]);
  expect((foot?.y ?? 0) + (foot?.height ?? 0)).toBeLessThanOrEqual(WALL.height);
  expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual(foot?.y ?? 0);
  await context.close();
});
