import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { CdpConnection, type CdpSession } from "../../support/electron-stand-in/cdp.ts";
import { toElectron } from "../../support/electron-stand-in/urls.ts";
import { PRELOAD_WORLD } from "../../support/electron-stand-in/web-contents.ts";
import { collectLogs, exitOf, type ShellUnderTest, type StartOptions } from "./shell-under-test.ts";

const REGISTER = resolve(import.meta.dirname, "../../support/electron-stand-in/register.ts");

type WindowNews = { readonly endpoint: string; readonly targetId: string; readonly downloads: string };
type Thrown = { readonly text: string; readonly exception?: { readonly description?: string } };
type Evaluated = { readonly result: { readonly value?: unknown }; readonly exceptionDetails?: Thrown };

/** Starts the built main process on the stand-in, without waiting for a window. */
export function spawnOnStandIn({ bundle, ui, socket, argv = [] }: StartOptions, userData?: string): ChildProcess {
  return spawn(process.execPath, [join(bundle, "main.js"), ...argv], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: {
      ...process.env,
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${REGISTER}`,
      VENTANILLA_RUNTIME_SOCKET: socket,
      VENTANILLA_UI: ui,
      ...(userData === undefined ? {} : { STAND_IN_USER_DATA: userData }),
    },
  });
}

/** @param userData directory that instances of one user share; own by default. */
export async function startOnStandIn(options: StartOptions, userData?: string): Promise<ShellUnderTest> {
  const child = spawnOnStandIn(options, userData);
  const logs = collectLogs(child.stderr);
  const exited = exitOf(child);
  const { endpoint, targetId, downloads } = await firstWindow(child, exited);
  const connection = await CdpConnection.open(endpoint);
  const page = await attach(connection, targetId);
  const consoleErrors = await collectConsoleErrors(page);
  let command = 0;

  return {
    logs,
    consoleErrors,
    async evaluate<T>(expression: string): Promise<T> {
      return (await evaluate(page, { expression })) as T;
    },
    async tap(selector) {
      const [x, y] = (await evaluate(page, {
        expression: `(() => { const r = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`,
      })) as [number, number];
      await page.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
      await page.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    },
    press({ key, control = false, alt = false, meta = false, shift = false }) {
      const id = ++command;
      const { promise, resolve: done } = Promise.withResolvers<boolean>();
      const onMessage = (message: { type: string; id: number; reached: boolean }) => {
        if (message.type !== "done" || message.id !== id) return;
        child.off("message", onMessage);
        done(message.reached);
      };
      child.on("message", onMessage);
      child.send({ id, input: { key, control, alt, meta, shift } });
      return promise;
    },
    async url() {
      const { targetInfo } = await connection.browser.send<{ targetInfo: { url: string } }>("Target.getTargetInfo", {
        targetId,
      });
      return toElectron(targetInfo.url);
    },
    async forge(frame, channel, payload) {
      const frameId = frame === "main" ? targetId : await childFrame(page);
      const { executionContextId } = await page.send<{ executionContextId: number }>("Page.createIsolatedWorld", {
        frameId,
        worldName: PRELOAD_WORLD,
      });
      const message = JSON.stringify({ channel, values: [payload] });
      await evaluate(page, { contextId: executionContextId, expression: `__standInIpc(${JSON.stringify(message)})` });
    },
    async crashRenderer() {
      void page.send("Page.crash").catch(() => {});
    },
    async windows() {
      const { targetInfos } = await connection.browser.send<{
        targetInfos: { type: string; browserContextId: string; targetId: string }[];
      }>("Target.getTargets");
      const own = targetInfos.find((info) => info.targetId === targetId);
      return targetInfos.filter((info) => info.type === "page" && info.browserContextId === own?.browserContextId)
        .length;
    },
    downloads: () => readdirSync(downloads),
    async stop() {
      child.kill("SIGTERM");
      const status = await exited;
      await connection.close();
      return status;
    },
  };
}

function firstWindow(child: ChildProcess, exited: Promise<number | null>): Promise<WindowNews> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: { type: string } & WindowNews) => {
      if (message.type === "window") resolve(message);
    });
    void exited.then((code) => reject(new Error(`the shell ended with status ${code}`)));
  });
}

async function attach(connection: CdpConnection, targetId: string): Promise<CdpSession> {
  const { sessionId } = await connection.browser.send<{ sessionId: string }>("Target.attachToTarget", {
    targetId,
    flatten: true,
  });
  return connection.session(sessionId);
}

type ConsoleCall = { readonly type: string; readonly args: readonly { value?: unknown; description?: string }[] };
type LogEntry = { readonly entry: { readonly level: string; readonly text: string; readonly url?: string } };

/** Everything since the page began: Chromium tells again what was said before somebody listened. */
async function collectConsoleErrors(page: CdpSession): Promise<string[]> {
  const errors: string[] = [];
  page.on("Runtime.exceptionThrown", ({ exceptionDetails: { text, exception } }: { exceptionDetails: Thrown }) =>
    errors.push(exception?.description ?? text),
  );
  page.on("Runtime.consoleAPICalled", ({ type, args }: ConsoleCall) => {
    if (type === "error") errors.push(args.map(({ value, description }) => String(value ?? description)).join(" "));
  });
  page.on("Log.entryAdded", ({ entry: { level, text, url } }: LogEntry) => {
    if (level === "error") errors.push(`${text} ${url ?? ""}`);
  });
  await page.send("Runtime.enable");
  await page.send("Log.enable");
  return errors;
}

async function evaluate(page: CdpSession, expression: { expression: string; contextId?: number }): Promise<unknown> {
  const { result, exceptionDetails } = await page.send<Evaluated>("Runtime.evaluate", {
    ...expression,
    awaitPromise: true,
    returnByValue: true,
    userGesture: true,
    // The page's own policy holds for what the test runs in it, too.
    allowUnsafeEvalBlockedByCSP: false,
  });
  if (exceptionDetails !== undefined) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value;
}

async function childFrame(page: CdpSession): Promise<string> {
  const { frameTree } = await page.send<{ frameTree: { childFrames?: { frame: { id: string } }[] } }>(
    "Page.getFrameTree",
  );
  const child = frameTree.childFrames?.at(-1);
  if (child === undefined) throw new Error("the page has no frame in it");
  return child.frame.id;
}
