import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** A screen that the page must fit, with its true width in millimetres. */
export type ScreenSize = {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly millimetres: number;
};

export const PORTRAIT: ScreenSize = { name: "portrait", width: 1080, height: 1920, millimetres: 268 };
export const LANDSCAPE: ScreenSize = { name: "landscape", width: 1920, height: 1080, millimetres: 476 };
/** A 15" monitor of the old shape: the smallest landscape screen supported. */
export const SMALL: ScreenSize = { name: "small", width: 1024, height: 768, millimetres: 304 };

/** Debian's Chromium, headless, on a profile of its own that playwright removes. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens `url` on a screen of `size`. Whatever the page writes to the console as an error is collected in `errors`. */
export async function openPage(
  browser: Browser,
  url: string,
  size: ScreenSize,
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, hasTouch: true });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return { page, context, errors };
}

/** Waits until the page has drawn the state of `version`. */
export async function drawn(page: Page, version: number): Promise<void> {
  await page.locator(`[data-view="${version}"]`).waitFor();
}
