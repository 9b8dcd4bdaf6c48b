import type { Link, LinkListener, OpenLink } from "../contract/client.ts";
import { type ClientMessage, VIEW_PATH, VIEW_PROTOCOL } from "../contract/messages.ts";

/**
 * What a shell that owns the connection to the runtime puts on the page. `onMessage` calls back soon with the present view, if
 * there is one, then with every message, and with `{ type: "lost" }` when the connection is gone; it returns the way to stop.
 */
export type Bridge = {
  onMessage(listener: (message: unknown) => void): () => void;
  send(message: ClientMessage): void;
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

function bridgeLink(bridge: Bridge): OpenLink {
  return (listener): Link => {
    const stop = bridge.onMessage((message) => {
      if (!isLost(message)) return listener.message(message);
      stop();
      listener.closed();
    });
    return { send: (message) => bridge.send(message), close: stop };
  };
}

function isLost(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "lost";
}
