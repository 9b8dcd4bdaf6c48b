import type { VentanillaBridge } from "../contract/bridge.ts";
import type { Link, LinkListener, OpenLink } from "../contract/client.ts";
import { VIEW_PATH, VIEW_PROTOCOL } from "../contract/messages.ts";

declare global {
  interface Window {
    readonly ventanilla?: VentanillaBridge;
  }
}

/**
 * Bytes of each message on the WebSocket, or a multiple of them. Equal ones are written where the one before stood in the memory of the
 * browser's network process, which outlives the page: what a citizen typed does not stay there (decision 0031).
 */
const MESSAGE_BYTES = 2_048;
/** Messages that say nothing after a citizen: more than are ever on the way at once. */
const BLANKS = 4;

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
        if (socket.readyState === WebSocket.OPEN) socket.send(filledUp(JSON.stringify(message)));
      },
      wipe: () => {
        for (let blank = 0; blank < BLANKS && socket.readyState === WebSocket.OPEN; blank++)
          socket.send(" ".repeat(MESSAGE_BYTES));
      },
      close: () => socket.close(),
    };
  };
}

/** With spaces at its end, which mean nothing in JSON. */
function filledUp(text: string): string {
  const { length } = new TextEncoder().encode(text);
  return text + " ".repeat(Math.ceil(length / MESSAGE_BYTES) * MESSAGE_BYTES - length);
}

function bridgeLink(bridge: VentanillaBridge): OpenLink {
  return (listener): Link => {
    const stop = bridge.onMessage((message) => {
      if (message.type !== "lost") return listener.message(message);
      stop();
      listener.closed();
    });
    // The shell sees to it.
    return { send: (message) => bridge.send(message), wipe: () => {}, close: stop };
  };
}
