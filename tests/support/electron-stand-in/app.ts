import { EventEmitter } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, launchBrowser } from "./browser.ts";

/** Electron's `app`: collects switches; Chromium starts with the first window, when all that it reads at start is known. */
class StandInApp extends EventEmitter {
  readonly #switches: string[] = [];
  /** A file in the directory that instances of one user share; without such a directory every instance is the first. */
  readonly #lock =
    process.env.STAND_IN_USER_DATA === undefined ? undefined : join(process.env.STAND_IN_USER_DATA, "lock");
  #ended = false;
  #locked = false;
  #browser: Promise<Browser> | undefined;

  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => {
      this.#switches.push(value === undefined ? `--${name}` : `--${name}=${value}`);
    },
  };

  enableSandbox(): void {}

  requestSingleInstanceLock(): boolean {
    if (this.#lock === undefined) return true;
    try {
      writeFileSync(this.#lock, String(process.pid), { flag: "wx" });
    } catch {
      // The first instance is told, as Electron tells it.
      process.kill(Number(readFileSync(this.#lock, "utf8")), "SIGUSR2");
      return false;
    }
    this.#locked = true;
    process.on("SIGUSR2", () => this.emit("second-instance"));
    return true;
  }

  async whenReady(): Promise<void> {
    // Later than the main module, as in Electron, and never after `exit`.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#ended) await new Promise(() => {});
  }

  browser(webRtcPolicy: string): Promise<Browser> {
    this.#browser ??= launchBrowser(this.#switches, webRtcPolicy);
    return this.#browser;
  }

  quit(): void {
    this.emit("before-quit");
    this.exit(0);
  }

  exit(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#end(code);
  }

  async #end(code: number): Promise<void> {
    await (await this.#browser)?.close();
    if (this.#locked && this.#lock !== undefined) rmSync(this.#lock, { force: true });
    process.exit(code);
  }
}

export const app = new StandInApp();
process.on("SIGTERM", () => app.quit());
process.on("SIGINT", () => app.quit());
// The test that started this process has gone: leave nothing behind.
process.on("disconnect", () => app.quit());
