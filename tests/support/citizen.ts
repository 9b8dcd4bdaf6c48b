import type { Page } from "playwright-core";
import type { IntentType, ScreenKind } from "../../base/contracts/view.ts";

const PATIENCE = 60_000;

/** A citizen in front of a real page: sees what kind of screen stands there, touches what is written on it. */
export class Citizen {
  readonly page: Page;
  readonly #onScreen: (kind: ScreenKind) => Promise<void>;

  /** @param onScreen called each time a screen that was waited for stands: the place for a picture. */
  constructor(page: Page, onScreen: (kind: ScreenKind) => Promise<void> = async () => {}) {
    this.page = page;
    this.#onScreen = onScreen;
  }

  /** Waits until a screen of `kind` (and, when given, with a title that matches) stands, and its entrance is over. */
  async sees(kind: ScreenKind, title?: RegExp): Promise<void> {
    const screen = this.page.locator(`.kiosk--${kind}`);
    const heading = title === undefined ? screen.locator("h1").first() : screen.locator("h1", { hasText: title });
    await heading.waitFor({ timeout: PATIENCE });
    await this.#onScreen(kind);
  }

  async touches(intent: IntentType, label?: string | RegExp): Promise<void> {
    // Not on a page that is being replaced after the citizen before: a touch at that instant meets neither.
    const buttons = this.page.locator(
      `html:not([data-renewing]) button[data-intent="${intent}"]:not([aria-disabled="true"])`,
    );
    const button = label === undefined ? buttons.first() : buttons.filter({ hasText: label }).first();
    await button.click({ timeout: PATIENCE });
  }

  /** Types on the kiosk's own keypad or keyboard, key by key. */
  async types(text: string): Promise<void> {
    for (const character of text)
      await this.page.locator("button.key").getByText(character, { exact: true }).click({ timeout: PATIENCE });
  }

  /** All words on the screen. */
  async words(): Promise<string> {
    return (await this.page.locator("main").textContent()) ?? "";
  }
}
