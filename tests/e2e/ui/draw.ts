import axe from "axe-core";
import type { Page } from "playwright-core";
import type { SessionView } from "../../../base/contracts/view.ts";
import { drawn, PORTRAIT, type ScreenSize } from "./browser.ts";
import { measureLayout } from "./measure.ts";
import type { UiServer } from "./ui-server.ts";

/** Puts the accessibility checker into `page`; once for as long as the page is not loaded again. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(axe.source);
}

/**
 * Draws `view` and returns everything that is wrong with it, as sentences: layout, a missing control, focus, language, and with
 * `accessibility` what axe finds (contrast at the enhanced level).
 */
export async function faultsOf(
  page: Page,
  server: UiServer,
  view: SessionView,
  size: ScreenSize,
  { accessibility }: { readonly accessibility: boolean },
): Promise<string[]> {
  await drawn(page, server.publish(view, size.millimetres));
  const wrong: string[] = await page.evaluate(measureLayout, {
    millimetres: size.millimetres,
    portrait: size === PORTRAIT,
  });
  const { intents, focused, lang } = await page.evaluate(() => ({
    intents: [...document.querySelectorAll("[data-intent]")].map((button) => button.getAttribute("data-intent")),
    focused: document.activeElement?.tagName,
    lang: document.documentElement.lang,
  }));
  for (const intent of view.intents) if (!intents.includes(intent)) wrong.push(`nothing sends ${intent}`);
  if (focused !== "H1") wrong.push(`focus is on ${focused}`);
  if (lang !== view.locale) wrong.push(`lang is ${lang}`);
  if (accessibility) wrong.push(...(await violations(page)));
  return wrong;
}

async function violations(page: Page): Promise<string[]> {
  const found: string[] = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"], rules: { "color-contrast-enhanced": { enabled: true } } })
       .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => "axe " + id + ": " + html.slice(0, 160))))`,
  );
  return found;
}
