import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOCALES, type Locale, screenSchema } from "../../../base/contracts/view.ts";
import { buildUi } from "../../../scripts/build-ui.ts";
import { LANDSCAPE, launchChromium, openPage, PORTRAIT, type ScreenSize, SMALL } from "./browser.ts";
import { faultsOf, loadAxe } from "./draw.ts";
import { gallery } from "./gallery.ts";
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
  await loadAxe(page);
  const faults: string[] = [];
  for (const { name, view } of gallery(locale)) {
    const accessibility = size === PORTRAIT || locale === "es";
    const wrong = await faultsOf(page, server, view, size, { accessibility });
    if (locale === "es" || size === PORTRAIT)
      await page.screenshot({ path: join(PICTURES, `${size.name}-${locale}-${name}.png`), animations: "disabled" });
    faults.push(...wrong.map((fault) => `${name}: ${fault}`));
  }
  expect(faults).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});
