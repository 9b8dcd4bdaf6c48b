import { EventEmitter } from "node:events";
import type { CdpSession } from "./cdp.ts";
import { preventable } from "./preventable.ts";
import { originOf, toChromium, toElectron } from "./urls.ts";

type Answer = (granted: boolean) => void;
type RequestHandler = (contents: unknown, permission: string, answer: Answer, details: unknown) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: unknown) => boolean;
type RequestListener = (
  details: { url: string; resourceType: string; method: string },
  answer: (response: { cancel?: boolean }) => void,
) => void;
type SchemeHandler = (request: Request) => Promise<Response>;

/** Chromium's permission → Electron's name for it. */
const PERMISSIONS: ReadonlyArray<readonly [chromium: string, electron: string]> = [
  ["camera", "media"],
  ["microphone", "media"],
  ["geolocation", "geolocation"],
  ["notifications", "notifications"],
  ["midi", "midi"],
  ["clipboard-read", "clipboard-read"],
  ["clipboard-write", "clipboard-sanitized-write"],
  ["idle-detection", "idle-detection"],
  ["storage-access", "storage-access"],
  ["top-level-storage-access", "top-level-storage-access"],
  ["window-management", "window-management"],
  ["local-fonts", "local-fonts"],
  ["persistent-storage", "persistent-storage"],
  ["screen-wake-lock", "screen-wake-lock"],
  ["pointer-lock", "pointerLock"],
  ["keyboard-lock", "keyboardLock"],
  ["speaker-selection", "speaker-selection"],
  ["nfc", "nfc"],
  ["payment-handler", "payment-handler"],
];

/** A browser session: one incognito context of Chromium, which is what an Electron partition without `persist:` is. */
export class StandInSession extends EventEmitter {
  readonly partition: string;
  readonly #schemes = new Map<string, SchemeHandler>();
  #onRequest: RequestListener | undefined;
  #requestHandler: RequestHandler | null = null;
  #checkHandler: CheckHandler | null = null;
  #page: CdpSession | undefined;

  readonly protocol = {
    handle: (scheme: string, handler: SchemeHandler) => void this.#schemes.set(scheme, handler),
  };
  readonly webRequest = {
    onBeforeRequest: (listener: RequestListener) => {
      this.#onRequest = listener;
    },
  };

  constructor(partition: string) {
    super();
    this.partition = partition;
  }

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#requestHandler = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#checkHandler = handler;
  }
  // What these decide about cannot happen in a Chromium without devices, network and dictionaries.
  setDevicePermissionHandler(): void {}
  setUSBProtectedClassesHandler(): void {}
  setBluetoothPairingHandler(): void {}
  setDisplayMediaRequestHandler(): void {}
  setCertificateVerifyProc(): void {}
  setSpellCheckerEnabled(): void {}
  /** Read when the browser context is made. */
  proxy: { proxyServer: string; proxyBypassList: string } | undefined;

  async setProxy({ proxyRules, proxyBypassRules }: { proxyRules: string; proxyBypassRules: string }): Promise<void> {
    this.proxy = { proxyServer: proxyRules, proxyBypassList: proxyBypassRules };
  }

  async clearAuthCache(): Promise<void> {}
  async clearHostResolverCache(): Promise<void> {}

  async clearData(): Promise<void> {
    await this.#page?.send("Storage.clearDataForOrigin", {
      origin: toChromium("app://kiosk"),
      storageTypes: "all",
    });
    await this.#page?.send("Network.clearBrowserCache");
  }

  /** Brings the context in line with the handlers. Without a handler everything is granted: Electron's own default. */
  async apply(browser: CdpSession, page: CdpSession, context: string, downloads: string): Promise<void> {
    this.#page = page;
    const origin = toChromium("app://kiosk");
    await Promise.all(
      PERMISSIONS.map(([name, electron]) => {
        const setting = this.#granted(electron) ? "granted" : "denied";
        const permission = { permission: { name }, setting, origin, browserContextId: context };
        // A permission that this Chromium does not know cannot be used either.
        return browser.send("Browser.setPermission", permission).catch(() => {});
      }),
    );
    await browser.send("Browser.setDownloadBehavior", {
      behavior: "allow",
      browserContextId: context,
      downloadPath: downloads,
      eventsEnabled: true,
    });
    browser.on("Browser.downloadWillBegin", ({ guid, url }: { guid: string; url: string }) => {
      const event = preventable();
      this.emit("will-download", event, { getURL: () => toElectron(url) }, undefined);
      if (event.defaultPrevented) {
        void browser.send("Browser.cancelDownload", { guid, browserContextId: context }).catch(() => {});
      }
    });
  }

  #granted(permission: string): boolean {
    const origin = `${originOf(toChromium("app://kiosk/"))}/`;
    if (this.#checkHandler !== null && !this.#checkHandler(undefined, permission, origin, {})) return false;
    let granted = this.#requestHandler === null;
    this.#requestHandler?.(
      undefined,
      permission,
      (answer) => {
        granted = answer;
      },
      {},
    );
    return granted;
  }

  /** What `webRequest` and `protocol.handle` make of a request: a response, a refusal, or (`undefined`) the network. */
  async respond(url: string, method: string, resourceType: string): Promise<Response | "cancelled" | undefined> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (this.#onRequest === undefined) resolve(false);
    else this.#onRequest({ url, resourceType, method }, ({ cancel }) => resolve(cancel === true));
    if (await promise) return "cancelled";
    const handler = this.#schemes.get(new URL(url).protocol.slice(0, -1));
    return handler?.(new Request(url, { method }));
  }
}
