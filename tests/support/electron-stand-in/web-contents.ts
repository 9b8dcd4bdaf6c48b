import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import type { CdpSession } from "./cdp.ts";
import { ipcMain } from "./ipc-main.ts";
import { mainWorldSource, preloadSource } from "./page-world.ts";
import { preventable } from "./preventable.ts";
import type { StandInSession } from "./session.ts";
import { originOf, toChromium, toElectron } from "./urls.ts";

export const PRELOAD_WORLD = "electron-preload";
const IPC_BINDING = "__standInIpc";

export type WebPreferences = {
  readonly preload: string;
  readonly session: StandInSession;
  readonly disableDialogs?: boolean;
};
type OpenHandler = (details: { url: string }) => { action: "deny" | "allow" };
type Frame = { readonly id: string; readonly parentId: string | undefined; url: string };
type PausedRequest = {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string };
  readonly frameId: string;
  readonly resourceType: string;
};
type FrameInfo = { readonly id: string; readonly parentId?: string; readonly url: string };

const ABORTED = -3;
const FAILED = -2;

/** One page. Commands given before the page exists wait for it. */
export class StandInWebContents extends EventEmitter {
  readonly session: StandInSession;
  /** A preference of Chromium's profile, read when it starts. */
  webRtcPolicy = "default";
  readonly #preferences: WebPreferences;
  readonly #page = Promise.withResolvers<CdpSession>();
  readonly #frames = new Map<string, Frame>();
  readonly #worlds = new Map<number, string>();
  #mainFrame = "";
  #preloadWorld: number | undefined;
  /** A URL that main itself loads: no "will-navigate". */
  #expected: string | undefined;
  #status = 200;
  #openHandler: OpenHandler | undefined;

  constructor(preferences: WebPreferences) {
    super();
    this.session = preferences.session;
    this.#preferences = preferences;
  }

  async attach(page: CdpSession, mainFrame: string): Promise<void> {
    this.#mainFrame = mainFrame;
    this.#frames.set(mainFrame, { id: mainFrame, parentId: undefined, url: "about:blank" });
    this.#listen(page);
    const name = randomUUID();
    await page.send("Page.enable");
    await page.send("Inspector.enable");
    await page.send("Network.enable");
    await page.send("Runtime.enable");
    await page.send("Runtime.addBinding", { name: IPC_BINDING, executionContextName: PRELOAD_WORLD });
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: mainWorldSource(name) });
    await page.send("Page.addScriptToEvaluateOnNewDocument", {
      source: preloadSource(name, readFileSync(this.#preferences.preload, "utf8")),
      worldName: PRELOAD_WORLD,
    });
    await page.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
    await page.send("Runtime.runIfWaitingForDebugger");
    this.#page.resolve(page);
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#page.promise;
    this.#expected = url;
    const { errorText } = await page.send<{ errorText?: string }>("Page.navigate", { url: toChromium(url) });
    if (errorText === undefined) return;
    this.emit(
      "did-fail-load",
      preventable(),
      errorText === "net::ERR_ABORTED" ? ABORTED : FAILED,
      errorText,
      url,
      true,
    );
    throw new Error(errorText);
  }

  send(channel: string, ...values: unknown[]): void {
    void this.#page.promise.then((page) => {
      if (this.#preloadWorld === undefined) return;
      page
        .send("Runtime.evaluate", {
          contextId: this.#preloadWorld,
          expression: `__standInDeliver(${JSON.stringify(channel)}, ${JSON.stringify(values)})`,
        })
        .catch(() => {}); // the page has just gone: Electron loses the message, too
    });
  }

  /** A key press as it comes from the keyboard: `before-input-event` first, then the page. */
  async key(input: { key: string; control: boolean; alt: boolean; meta: boolean; shift: boolean }): Promise<boolean> {
    const event = preventable();
    this.emit("before-input-event", event, { type: "keyDown", ...input });
    if (event.defaultPrevented) return false;
    const page = await this.#page.promise;
    const text = [...input.key].length === 1 ? { text: input.key } : {};
    await page.send("Input.dispatchKeyEvent", { type: "keyDown", key: input.key, ...text });
    await page.send("Input.dispatchKeyEvent", { type: "keyUp", key: input.key });
    return true;
  }

  forcefullyCrashRenderer(): void {
    // The answer never comes from a renderer that is gone.
    void this.#page.promise.then((page) => page.send("Page.crash").catch(() => {}));
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** Whether a window that the page opened may live. */
  mayOpen(url: string): boolean {
    return this.#openHandler === undefined || this.#openHandler({ url: toElectron(url) }).action === "allow";
  }

  getURL(): string {
    return toElectron(this.#frames.get(this.#mainFrame)?.url ?? "");
  }
  isDestroyed(): boolean {
    return false;
  }
  setZoomFactor(): void {}
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }
  closeDevTools(): void {}
  invalidate(): void {}

  #listen(page: CdpSession): void {
    page.on("Page.frameAttached", ({ frameId, parentFrameId }: { frameId: string; parentFrameId: string }) => {
      this.#frames.set(frameId, { id: frameId, parentId: parentFrameId, url: "about:blank" });
    });
    page.on("Page.frameNavigated", ({ frame }: { frame: FrameInfo }) => this.#onNavigated(frame));
    page.on("Page.loadEventFired", () => this.emit("did-finish-load"));
    page.on("Runtime.executionContextCreated", ({ context }) => {
      const { frameId } = context.auxData as { frameId: string };
      this.#worlds.set(context.id, frameId);
      if (context.name === PRELOAD_WORLD && frameId === this.#mainFrame) this.#preloadWorld = context.id;
    });
    page.on("Runtime.executionContextDestroyed", ({ executionContextId }: { executionContextId: number }) => {
      this.#worlds.delete(executionContextId);
      if (this.#preloadWorld === executionContextId) this.#preloadWorld = undefined;
    });
    page.on("Runtime.executionContextsCleared", () => {
      this.#worlds.clear();
      this.#preloadWorld = undefined;
    });
    page.on("Runtime.bindingCalled", ({ name, payload, executionContextId }) => {
      if (name === IPC_BINDING) this.#onIpc(payload, executionContextId);
    });
    page.on("Inspector.targetCrashed", () => {
      this.#preloadWorld = undefined;
      this.emit("render-process-gone", preventable(), { reason: "crashed", exitCode: 139 });
    });
    page.on("Page.javascriptDialogOpening", () => {
      // With `disableDialogs` Electron answers at once as if the dialog had been dismissed; without it, it stays open.
      if (this.#preferences.disableDialogs) {
        void page.send("Page.handleJavaScriptDialog", { accept: false }).catch(() => {});
      }
    });
    page.on("Fetch.requestPaused", (paused: PausedRequest) => {
      void this.#onRequest(page, paused).catch(() => {}); // the page that asked has gone
    });
  }

  #onNavigated({ id, parentId, url }: FrameInfo): void {
    this.#frames.set(id, { id, parentId, url });
    if (id !== this.#mainFrame) return;
    this.#expected = undefined;
    this.emit("did-navigate", preventable(), toElectron(url), this.#status, "");
  }

  #onIpc(payload: string, executionContextId: number): void {
    const { channel, values } = JSON.parse(payload) as { channel: string; values: unknown[] };
    const frame = this.#frames.get(this.#worlds.get(executionContextId) ?? "");
    const senderFrame = frame === undefined ? null : this.#frameFace(frame);
    ipcMain.emit(channel, { sender: this, senderFrame }, ...values);
  }

  #frameFace({ url, parentId }: Frame): { url: string; origin: string; parent: object | null } {
    return { url: toElectron(url), origin: originOf(url), parent: parentId === undefined ? null : {} };
  }

  async #onRequest(page: CdpSession, { requestId, request, frameId, resourceType }: PausedRequest): Promise<void> {
    const url = toElectron(request.url);
    if (resourceType === "Document" && this.#navigationPrevented(url, frameId)) {
      await page.send("Fetch.failRequest", { requestId, errorReason: "Aborted" });
      return;
    }
    const response = await this.session.respond(url, request.method, resourceType === "Image" ? "image" : "other");
    if (response === "cancelled") {
      await page.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
    } else if (response === undefined) {
      await page.send("Fetch.continueRequest", { requestId });
    } else {
      if (resourceType === "Document" && frameId === this.#mainFrame) this.#status = response.status;
      await page.send("Fetch.fulfillRequest", {
        requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
        body: Buffer.from(await response.arrayBuffer()).toString("base64"),
      });
    }
  }

  #navigationPrevented(url: string, frameId: string): boolean {
    const isMainFrame = frameId === this.#mainFrame;
    if (isMainFrame && url === this.#expected) return false;
    const event = preventable({ url, isMainFrame });
    this.emit("will-frame-navigate", event);
    if (isMainFrame) this.emit("will-navigate", event);
    return event.defaultPrevented;
  }
}
