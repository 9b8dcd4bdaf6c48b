import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOCALES, type Locale, screenSchema } from "../../../base/contracts/view.ts";
import { buildUi } from "../../../scripts/build-ui.ts";
import { drawn, LANDSCAPE, launchChromium, openPage, PORTRAIT, type ScreenSize, SMALL } from "./browser.ts";
import { gallery } from "./gallery.ts";
import { measureLayout } from "./measure.ts";
import { startUiServer, type UiServer } from "./ui-server.ts";

const PICTURES = join(import.meta.dirname, "..", "..", "..", "out", "ui-gallery");

let browser: Browser;
let server: UiServer;

beforeAll(async () => {
  await buildUi();
  mkdirSync(PICTURES, { recursive: true });
  server = await startUiServer();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test("the gallery shows every screen kind", () => {
  const kinds = screenSchema.options.map((option) => option.shape.kind.value);
  expect(new Set(gallery("es").map(({ view }) => view.screen.kind))).toEqual(new Set(kinds));
});

const walls: [string, Locale, ScreenSize][] = [PORTRAIT, LANDSCAPE, SMALL].flatMap((size) =>
  LOCALES.map((locale): [string, Locale, ScreenSize] => [size.name, locale, size]),
);

test.each(walls)("every state is legible, reachable and complete: %s, %s", async (_name, locale, size) => {
  const { page, context, errors } = await openPage(browser, server.url, size);
  await page.evaluate(axe.source);
  const faults: string[] = [];
  for (const { name, view } of gallery(locale)) {
    await drawn(page, server.publish(view, size.millimetres));
    const wrong: string[] = await page.evaluate(measureLayout, {
      millimetres: size.millimetres,
      portrait: size === PORTRAIT,
    });
    const intents = await page.evaluate(() =>
      [...document.querySelectorAll("[data-intent]")].map((button) => button.getAttribute("data-intent")),
    );
    for (const intent of view.intents) if (!intents.includes(intent)) wrong.push(`nothing sends ${intent}`);
    const focused = await page.evaluate(() => document.activeElement?.tagName);
    if (focused !== "H1") wrong.push(`focus is on ${focused}`);
    const lang = await page.evaluate(() => document.documentElement.lang);
    if (lang !== locale) wrong.push(`lang is ${lang}`);
    if (locale === "es" || size === PORTRAIT)
      await page.screenshot({ path: join(PICTURES, `${size.name}-${locale}-${name}.png`), animations: "disabled" });
    if (size === PORTRAIT || locale === "es") wrong.push(...(await violations(page)));
    faults.push(...wrong.map((fault) => `${name}: ${fault}`));
  }
  expect(faults).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

async function violations(page: Page): Promise<string[]> {
  const found: string[] = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"], rules: { "color-contrast-enhanced": { enabled: true } } })
       .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => "axe " + id + ": " + html.slice(0, 160))))`,
  );
  return found;
}
