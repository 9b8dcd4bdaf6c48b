import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ConsoleApi } from "../../support/console-api.ts";
import { STAFF } from "../../support/console-state.ts";

export type Look = {
  readonly width: number;
  readonly height: number;
  readonly language?: "es" | "en";
  readonly scheme?: "light" | "dark";
};
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };
export const WALL = { width: 1920, height: 1080 };
export const NARROW = { width: 320, height: 640 };

export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote to the browser's console as an error. */
  readonly errors: string[];
};

/** Opens the console on a screen of its own, signed in as `staff` unless that is left out. */
export async function visit(browser: Browser, api: ConsoleApi, look: Look, staff?: string): Promise<Visit> {
  const { width, height, language = "es", scheme = "light" } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: "reduce",
    timezoneId: "America/Santiago",
    locale: "es-CL",
  });
  await context.addInitScript((chosen) => localStorage.setItem("ventanilla.language", chosen), language);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    // The browser reports every refused request; the pages tell of those themselves.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  if (staff !== undefined)
    await context.request.post(`${api.url}/api/v1/session`, { data: { name: staff, password: STAFF.password } });
  return { page, context, errors };
}

/** Goes to a page of the console and waits until it has what it shows. */
export async function goTo(page: Page, api: ConsoleApi, path: string): Promise<void> {
  await page.goto(`${api.url}${path}`);
  await page.locator("h1").first().waitFor();
  await page.locator(".loading").waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Everything that breaks WCAG 2.2 AA as far as axe can tell, and what is wider than the screen, as sentences. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ["violations"] })
       .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) =>
         "axe " + id + ": " + html.slice(0, 140) + " " + (any[0]?.message ?? ""))))`,
  );
  const headings = await page.locator("h1").count();
  return [
    ...found,
    ...(await tooWide(page)),
    ...(await squeezed(page)),
    ...(headings === 1 ? [] : [`${headings} first headings`]),
  ];
}

/** Words that stand letter below letter, because their column has no room. */
function squeezed(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("main :is(p, div, span, strong, td, th, dt, dd, a, summary)")]
      .filter((element) => {
        const own = [...element.childNodes].some(
          (node) => node.nodeType === 3 && (node.nodeValue ?? "").trim().length > 3,
        );
        const { width, height } = element.getBoundingClientRect();
        return own && width > 1 && width < 28 && height > 60;
      })
      .map((element) => `letter below letter: ${element.outerHTML.slice(0, 120)}`),
  );
}

/** What is wider than the screen. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const widest = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 120));
    return [`scrolls sideways by ${scrollWidth - clientWidth} px: ${widest.join(" | ")}`];
  });
}
