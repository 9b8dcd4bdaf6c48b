import type { Link, LinkListener, OpenLink } from "../contract/client.ts";
import { VIEW_PATH, VIEW_PROTOCOL } from "../contract/messages.ts";

/** What the desktop shell's preload puts on the page; messages are the contract's, as objects. */
export type Bridge = {
  onMessage(listener: (message: unknown) => void): void;
  send(message: unknown): void;
};

declare global {
  interface Window {
    readonly ventanilla?: Bridge;
  }
}

/** The shell's bridge when the page has one, else a WebSocket to the page's own origin. */
export function chooseLink(page: Window): OpenLink {
  return page.ventanilla === undefined ? webSocketLink(page.location) : bridgeLink(page.ventanilla);
}

function webSocketLink(location: Location): OpenLink {
  const url = new URL(VIEW_PATH, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return (listener: LinkListener): Link => {
    const socket = new WebSocket(url, VIEW_PROTOCOL);
    socket.addEventListener("message", (event) => listener.message(event.data));
    socket.addEventListener("close", () => listener.closed());
    return {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
      },
      close: () => socket.close(),
    };
  };
}

/** The bridge lives as long as the page and reconnects behind it, so a link over it never closes by itself. */
function bridgeLink(bridge: Bridge): OpenLink {
  let current: LinkListener | undefined;
  bridge.onMessage((message) => current?.message(message));
  return (listener): Link => {
    current = listener;
    return {
      send: (message) => bridge.send(message),
      close: () => {
        if (current === listener) current = undefined;
      },
    };
  };
}
