import type { IpcMainEvent, WebContents } from "electron";
import type { Logger } from "../../base/log.ts";
import type { BridgeMessage } from "../contract/bridge.ts";
import type { ClientMessage } from "../contract/messages.ts";
import { isAppUrl } from "./app-url.ts";
import { CHANNELS } from "./channels.ts";
import type { ElectronApi } from "./electron-api.ts";
import { checkClientMessage } from "./messages.ts";

export type PageHandlers = {
  readonly onReady: () => void;
  readonly onMessage: (message: ClientMessage) => void;
  readonly onPong: (number: unknown) => void;
};

/** Main's side of the IPC contract: every message's sender and payload are checked before anything is done with it. */
export class PageLink {
  readonly #contents: WebContents;

  constructor(ipcMain: ElectronApi["ipcMain"], contents: WebContents, handlers: PageHandlers, log: Logger) {
    this.#contents = contents;
    const from =
      (handle: (payload: unknown) => void) =>
      (event: IpcMainEvent, payload: unknown, ...more: unknown[]) => {
        if (!isOwnPage(event, contents)) log("shell.page-message-refused", { reason: "sender" });
        else if (more.length > 0) log("shell.page-message-refused", { reason: "malformed" });
        else handle(payload);
      };
    ipcMain.on(
      CHANNELS.ready,
      from(() => handlers.onReady()),
    );
    ipcMain.on(
      CHANNELS.pong,
      from((payload) => handlers.onPong(payload)),
    );
    ipcMain.on(
      CHANNELS.fromPage,
      from((payload) => {
        const checked = checkClientMessage(payload);
        if ("message" in checked) handlers.onMessage(checked.message);
        else log("shell.page-message-refused", { reason: checked.refused });
      }),
    );
  }

  send(message: BridgeMessage): void {
    if (!this.#contents.isDestroyed()) this.#contents.send(CHANNELS.toPage, message);
  }

  ping(number: number): void {
    if (!this.#contents.isDestroyed()) this.#contents.send(CHANNELS.ping, number);
  }
}

/** Only the main frame of our window, showing a page of ours, may speak. A frame that is gone (`null`) may not. */
function isOwnPage(event: IpcMainEvent, contents: WebContents): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === contents &&
    frame !== null &&
    frame.parent === null &&
    isAppUrl(frame.url) &&
    isAppUrl(`${frame.origin}/`)
  );
}
