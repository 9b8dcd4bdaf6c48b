import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { IntentType, ScreenKind } from "../../../base/contracts/view.ts";
import { CdpConnection, type CdpSession } from "../../support/electron-stand-in/cdp.ts";
import { until } from "../../support/until.ts";
import { familyOf, type Process } from "./processes.ts";

const MAIN = resolve(import.meta.dirname, "../../../kiosk/shell-chromium/main.ts");

/** As the shell starts Chromium at a real screen, but for a door through which a test can look at the page: shared memory is in memory. */
const WITH_A_DOOR = `#!/bin/sh
for argument; do
  shift
  case $argument in
    --disable-dev-tools | --disable-dev-shm-usage) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec /usr/bin/chromium --remote-debugging-port=0 "$@"
`;

type Target = {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
};

/** The kiosk's real window: the Chromium shell with its own profile, on the runtime at `address`. */
export class KioskWindow {
  readonly #shell: ChildProcess;
  readonly #connection: CdpConnection;
  readonly #page: CdpSession;
  /** A page of its own that may read the clipboard: in the kiosk's window, which is incognito, nothing can be granted. */
  readonly #beside: CdpSession;
  /** Directory of all that the shell and its browser write. */
  readonly directory: string;
  readonly logs: string[];

  private constructor(
    shell: ChildProcess,
    connection: CdpConnection,
    page: CdpSession,
    beside: CdpSession,
    directory: string,
    logs: string[],
  ) {
    this.#shell = shell;
    this.#connection = connection;
    this.#page = page;
    this.#beside = beside;
    this.directory = directory;
    this.logs = logs;
  }

  static async open(directory: string, address: string, tokenFile: string): Promise<KioskWindow> {
    mkdirSync(directory);
    const browser = `${directory}.sh`;
    writeFileSync(browser, WITH_A_DOOR, { mode: 0o700 });
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", MAIN, "--headless", "--address", address, "--token-file", tokenFile],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: directory, VENTANILLA_CHROMIUM: browser, VENTANILLA_PAGE_WITHIN: "120" },
      },
    );
    const logs: string[] = [];
    for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => logs.push(String(chunk)));
    const endpoint = await until("the browser's door", () => doorOf(directory), 60_000);
    const connection = await CdpConnection.open(endpoint);
    const target = await until(
      "the kiosk's page",
      async () => {
        const { targetInfos } = await connection.browser.send<{ targetInfos: Target[] }>("Target.getTargets");
        return targetInfos.find(({ type, url }) => type === "page" && url === `${address}/`);
      },
      60_000,
    );
    const page = await sessionOf(connection, target.targetId);
    const size = { width: 1080, height: 1920, deviceScaleFactor: 1, mobile: false };
    await page.send("Emulation.setDeviceMetricsOverride", size);
    const { origin } = new URL(address);
    await connection.browser.send("Browser.grantPermissions", { origin, permissions: ["clipboardReadWrite"] });
    const { targetId } = await connection.browser.send<Target>("Target.createTarget", { url: `${origin}/health` });
    const beside = await sessionOf(connection, targetId);
    return new KioskWindow(child, connection, page, beside, directory, logs);
  }

  /** The result of an expression in the page; promises are awaited. @throws Error when it throws, or the page is just being replaced. */
  async evaluate<T>(expression: string): Promise<T> {
    return await resultOf<T>(this.#page, expression);
  }

  async sees(kind: ScreenKind): Promise<void> {
    await until(
      `${kind} on the page`,
      () => this.#tells(`document.querySelector(".kiosk--${kind} h1") !== null`),
      60_000,
    );
  }

  /** Waits for a page with this title. */
  async says(title: string): Promise<void> {
    const expression = `document.querySelector("html:not([data-renewing]) h1")?.textContent === ${JSON.stringify(title)}`;
    await until(`${title} on the page`, () => this.#tells(expression), 60_000);
  }

  /** Presses what does `intent`, where it is enabled and `label` is part of its words; `false` when it is not there. */
  presses(intent: IntentType, label = ""): Promise<boolean> {
    return this.#press(`button[data-intent="${intent}"]`, `textContent.includes(${JSON.stringify(label)})`);
  }

  async touches(intent: IntentType, label = ""): Promise<void> {
    await until(`${intent} ${label} on the page`, () => this.presses(intent, label), 60_000);
  }

  /** Types on the kiosk's own keyboard, key by key. */
  async types(text: string): Promise<void> {
    for (const key of text)
      await until(`the key ${key}`, () => this.#press("button.key", `textContent.trim() === ${JSON.stringify(key)}`));
  }

  #press(selector: string, condition: string): Promise<boolean> {
    return this.#tells(`[...document.querySelectorAll(${JSON.stringify(`html:not([data-renewing]) ${selector}`)})]
      .filter((button) => button.ariaDisabled !== "true" && button.${condition})
      .slice(0, 1).map((button) => button.click()).length === 1`);
  }

  /** Whether it is so; a page that is just being replaced says nothing. */
  async #tells(expression: string): Promise<boolean> {
    return await this.evaluate<boolean>(expression).catch(() => false);
  }

  /** Whatever a page can keep, as text: document, form values, history, address, storage, cookies, databases, caches, workers, clipboard. */
  async keeps(): Promise<string> {
    await this.#page.send("Page.bringToFront");
    const kept = await this.evaluate<string>(KEEPS);
    await this.#beside.send("Page.bringToFront");
    const clipboard = await resultOf<string>(this.#beside, "navigator.clipboard.readText()");
    await this.#page.send("Page.bringToFront");
    return kept + clipboard;
  }

  /** Puts something into the clipboard. @param expression what, in the page's language. */
  async copies(expression: string): Promise<void> {
    await this.#beside.send("Page.bringToFront");
    await resultOf(this.#beside, `navigator.clipboard.writeText(${expression})`);
  }

  /** Chromium's processes. */
  processes(): Process[] {
    return familyOf(this.#shell.pid ?? 0).filter(({ pid }) => pid !== this.#shell.pid);
  }

  renderers(): number[] {
    return this.processes().flatMap(({ pid, role }) => (role === "renderer" ? [pid] : []));
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#shell.kill("SIGTERM");
    if (this.#shell.exitCode === null) await once(this.#shell, "exit");
  }
}

async function sessionOf(connection: CdpConnection, targetId: string): Promise<CdpSession> {
  const { sessionId } = await connection.browser.send<{ sessionId: string }>("Target.attachToTarget", {
    targetId,
    flatten: true,
  });
  return connection.session(sessionId);
}

async function resultOf<T>(page: CdpSession, expression: string): Promise<T> {
  const { result, exceptionDetails } = await page.send<{
    result: { value?: unknown };
    exceptionDetails?: { text: string; exception?: { description?: string } };
  }>("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

const KEEPS = `(async () => JSON.stringify([
  new XMLSerializer().serializeToString(document),
  [...document.querySelectorAll("input, textarea, select")].map(({ value }) => value),
  document.title, location.href, history.state, name, document.cookie,
  Object.entries(localStorage), Object.entries(sessionStorage),
  await indexedDB.databases(), await caches.keys(),
  (await navigator.serviceWorker.getRegistrations()).length,
]))()`;

function doorOf(directory: string): string | undefined {
  for (const profile of readdirSync(directory).filter((name) => name.startsWith("ventanilla-chromium-")))
    try {
      const [port, path] = readFileSync(join(directory, profile, "DevToolsActivePort"), "utf8").split("\n");
      if (path !== undefined) return `ws://127.0.0.1:${port}${path}`;
    } catch {
      // Not yet.
    }
  return undefined;
}
