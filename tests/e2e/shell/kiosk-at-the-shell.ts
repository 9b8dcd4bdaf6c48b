import { expect } from "vitest";
import type { IntentType, ScreenKind } from "../../../base/contracts/view.ts";
import type { ShellUnderTest } from "./shell-under-test.ts";

const WAIT = { timeout: 20_000, interval: 50 };

/** A citizen in front of a shell that shows the real screens: sees what kind of screen stands there, touches what it says. */
export class KioskAtTheShell {
  readonly #shell: ShellUnderTest;

  constructor(shell: ShellUnderTest) {
    this.#shell = shell;
  }

  async sees(kind: ScreenKind | "one-moment"): Promise<void> {
    const place = kind === "one-moment" ? "main.one-moment" : `.kiosk--${kind}`;
    await expect.poll(() => this.#shell.evaluate(`document.querySelector("${place} h1") !== null`), WAIT).toBe(true);
  }

  async touches(intent: IntentType, label = ""): Promise<void> {
    await this.#touch(`button[data-intent="${intent}"]`, `textContent.includes(${JSON.stringify(label)})`);
  }

  /** Types on the kiosk's own keypad, key by key. */
  async types(text: string): Promise<void> {
    for (const key of text) await this.#touch("button.key", `textContent.trim() === ${JSON.stringify(key)}`);
  }

  /** Waits for an enabled button in the picture, marks it, and touches it where it stands. */
  async #touch(selector: string, condition: string): Promise<void> {
    const mark = `[...document.querySelectorAll(${JSON.stringify(selector)})]
      .filter((button) => button.ariaDisabled !== "true" && button.${condition})
      .slice(0, 1).map((button) => { button.id = "touched"; }).length`;
    await expect.poll(() => this.#shell.evaluate(mark), WAIT).toBe(1);
    await this.#shell.tap("#touched");
    await this.#shell.evaluate(`{ document.getElementById("touched")?.removeAttribute("id"); }`);
  }
}
