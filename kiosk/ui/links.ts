import type { VentanillaBridge } from "../contract/bridge.ts";
import type { Link, LinkListener, OpenLink } from "../contract/client.ts";
import { VIEW_PATH, VIEW_PROTOCOL } from "../contract/messages.ts";

declare global {
  interface Window {
    readonly ventanilla?: VentanillaBridge;
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

function bridgeLink(bridge: VentanillaBridge): OpenLink {
  return (listener): Link => {
    const stop = bridge.onMessage((message) => {
      if (message.type !== "lost") return listener.message(message);
      stop();
      listener.closed();
    });
    return { send: (message) => bridge.send(message), close: stop };
  };
}
