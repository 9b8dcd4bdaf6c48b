import { EventEmitter } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { app } from "./app.ts";
import { BrowserGone, type Params } from "./cdp.ts";
import { preventable } from "./preventable.ts";
import { StandInSession } from "./session.ts";
import { StandInWebContents, type WebPreferences } from "./web-contents.ts";

export { app } from "./app.ts";
export { ipcMain } from "./ipc-main.ts";

export const Menu = { setApplicationMenu(): void {} };
export const powerSaveBlocker = { start: () => 1 };
export const protocol = { registerSchemesAsPrivileged(): void {} };
export const clipboard = { clear: async () => {} };

const sessions = new Map<string, StandInSession>();

export const session = {
  fromPartition(partition: string): StandInSession {
    const known = sessions.get(partition);
    if (known !== undefined) return known;
    const made = new StandInSession(partition);
    sessions.set(partition, made);
    return made;
  },
};

type TargetInfo = {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly openerId?: string;
};

export class BrowserWindow extends EventEmitter {
  readonly webContents: StandInWebContents;

  constructor({ webPreferences }: { webPreferences: WebPreferences }) {
    super();
    this.webContents = new StandInWebContents(webPreferences);
    app.emit("web-contents-created", preventable(), this.webContents);
    void openTarget(this.webContents);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  focus(): void {}
}

/** Makes the page's target in a context of its own, paused until everything is in place, and guards against others. */
async function openTarget(contents: StandInWebContents): Promise<void> {
  const { connection, endpoint, directory } = await app.browser(contents.webRtcPolicy);
  const { browser } = connection;
  const attached = new Map<string, PromiseWithResolvers<string>>();
  const sessionOf = (targetId: string) => {
    const waiting = attached.get(targetId) ?? Promise.withResolvers<string>();
    attached.set(targetId, waiting);
    return waiting;
  };
  browser.on("Target.attachedToTarget", ({ sessionId, targetInfo }: { sessionId: string; targetInfo: TargetInfo }) => {
    if (targetInfo.openerId !== undefined) {
      if (!contents.mayOpen(targetInfo.url)) void browser.send("Target.closeTarget", { targetId: targetInfo.targetId });
      return;
    }
    sessionOf(targetInfo.targetId).resolve(sessionId);
  });
  await browser.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  const { browserContextId } = await browser.send<{ browserContextId: string }>("Target.createBrowserContext", {
    ...contents.session.proxy,
  });
  const { targetId } = await browser.send<{ targetId: string }>("Target.createTarget", {
    url: "about:blank",
    browserContextId,
    width: 1080,
    height: 1920,
  });
  const page = connection.session(await sessionOf(targetId).promise);
  const downloads = join(directory, "downloads");
  mkdirSync(downloads);
  await contents.session.apply(browser, page, browserContextId, downloads);
  await contents.attach(page, targetId);
  process.send?.({ type: "window", endpoint, targetId, downloads } satisfies Params);
}

let opened: StandInWebContents | undefined;
app.on("web-contents-created", (_event, contents: StandInWebContents) => {
  opened = contents;
});

process.on("unhandledRejection", (reason) => {
  // Electron's process ends with its browser, and so does this one.
  if (reason instanceof BrowserGone) process.exit(1);
  throw reason;
});

/** What a test does from outside of the page: press a key of the keyboard. */
process.on("message", ({ id, input }: { id: number; input: Parameters<StandInWebContents["key"]>[0] }) => {
  void opened?.key(input).then((reached) => process.send?.({ type: "done", id, reached }));
});
