import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildConsole } from "../../../scripts/build-console.ts";
import { type ConsoleApi, startConsoleApi } from "../../support/console-api.ts";
import { launchChromium } from "../ui/browser.ts";
import { DESKTOP, faultsOf, goTo, type Look, NARROW, PHONE, visit, WALL } from "./console-browser.ts";

const PICTURES = join(import.meta.dirname, "..", "..", "..", "out", "console-screens");

/** Every page by name; `staff` is who may see it. */
const PAGES = [
  { name: "now", path: "/", staff: "operador" },
  { name: "kiosks", path: "/kiosks", staff: "operador" },
  { name: "kiosk", path: "/kiosks/valdivia-01", staff: "tecnica" },
  { name: "releases", path: "/releases", staff: "versiones" },
  { name: "new-rollout", path: "/rollouts/new?target=releases/ventanilla-1.5.0-linux-x64.tar.zst", staff: "versiones" },
  { name: "rollout", path: "/rollouts/7f0e9c3a-0000-4000-8000-000000000001", staff: "versiones" },
  { name: "enrolment", path: "/enrolment", staff: "tecnica" },
  { name: "staff", path: "/staff", staff: "admin" },
  { name: "audit", path: "/audit", staff: "admin" },
  { name: "not-found", path: "/nowhere", staff: "operador" },
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
  ["desktop", { ...DESKTOP }],
  ["wide-dark", { ...WALL, scheme: "dark" }],
  ["wide-en", { ...WALL, language: "en" }],
  ["narrow", { ...NARROW }],
];

test.each(LOOKS)("every page meets WCAG 2.2 AA and fits the screen: %s", async (lookName, look) => {
  const faults: string[] = [];
  for (const { name, path, staff } of PAGES) {
    const { page, context, errors } = await visit(browser, api, look, staff);
    await goTo(page, api, path);
    await page.screenshot({ path: join(PICTURES, `${name}-${lookName}.png`), fullPage: true });
    faults.push(...[...(await faultsOf(page)), ...errors].map((fault) => `${name}: ${fault}`));
    await context.close();
  }
  expect(faults).toEqual([]);
});

test.each(LOOKS)("the sign-in page meets WCAG 2.2 AA and fits the screen: %s", async (lookName, look) => {
  const { page, context, errors } = await visit(browser, api, look);
  await goTo(page, api, "/");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator(".demo").waitFor();
  await page.screenshot({ path: join(PICTURES, `sign-in-${lookName}.png`), fullPage: true });
  expect([...(await faultsOf(page)), ...errors]).toEqual([]);
  await context.close();
});

test("the wall view fits one screen, big and dark", async () => {
  const { page, context, errors } = await visit(browser, api, WALL, "operador");
  await goTo(page, api, "/?wall");
  await page.screenshot({ path: join(PICTURES, "wall.png") });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  expect([...(await faultsOf(page)), ...errors]).toEqual([]);
  expect(height).toBeLessThanOrEqual(WALL.height);
  await context.close();
});
