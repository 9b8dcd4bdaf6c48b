import type { WebContents } from "electron";
import type { Logger } from "../../base/log.ts";
import { isAppUrl, schemeOf } from "./app-url.ts";
import { keyAccepted } from "./keyboard.ts";

/** Keeps a page where it is: it leads nowhere, opens nothing, embeds nothing, and hears only a citizen's keys. */
export function lockContents(contents: WebContents, log: Logger): void {
  const blocked = (what: string, url: string) => log("shell.blocked", { what, detail: schemeOf(url) });

  contents.on("will-navigate", (event) => {
    // Even our own page may not leave: the shell alone loads it.
    event.preventDefault();
    blocked("navigation", event.url);
  });
  contents.on("will-frame-navigate", (event) => {
    event.preventDefault();
    if (!event.isMainFrame) blocked("frame-navigation", event.url);
  });
  contents.on("will-redirect", (event) => {
    if (isAppUrl(event.url)) return;
    event.preventDefault();
    blocked("redirect", event.url);
  });
  contents.on("will-attach-webview", (event) => {
    event.preventDefault();
    blocked("webview", "");
  });
  contents.setWindowOpenHandler(({ url }) => {
    blocked("window", url);
    return { action: "deny" };
  });
  contents.on("select-bluetooth-device", (event, _devices, answer) => {
    event.preventDefault();
    answer("");
  });
  contents.on("will-prevent-unload", (event) => event.preventDefault());
  contents.on("before-input-event", (event, input) => {
    if (!keyAccepted(input)) event.preventDefault();
  });
  contents.on("zoom-changed", () => contents.setZoomFactor(1));
  contents.on("devtools-opened", () => contents.closeDevTools());
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
}
