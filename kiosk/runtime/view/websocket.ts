import type { WebSocket } from "ws";
import type { Clock, Timer } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { ViewClient } from "./client.ts";
import type { ViewHub } from "./hub.ts";

/** A shell that does not answer a ping within this time is gone, milliseconds. */
const PING_EVERY = 10_000;

const CLOSE_CODES = { "too-many-messages": 1008, oversize: 1009 } as const;

/** Connects one accepted WebSocket to the hub for as long as it lives. */
export function serveWebSocket(
  socket: WebSocket,
  { hub, clock, log }: { readonly hub: ViewHub; readonly clock: Clock; readonly log: Logger },
): void {
  log("view.client", { transport: "websocket", change: "connected" });
  const client = new ViewClient(
    hub,
    {
      write: (text, sent) => socket.send(text, (error) => (error ? socket.terminate() : sent())),
      close: (reason) => socket.close(CLOSE_CODES[reason], reason),
    },
    clock,
  );
  let answered = true;
  let timer: Timer = clock.setTimeout(check, PING_EVERY);
  function check(): void {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
    timer = clock.setTimeout(check, PING_EVERY);
  }
  socket.on("pong", () => {
    answered = true;
  });
  socket.on("message", (data, binary) => {
    if (binary) socket.close(1003, "text only");
    else client.receive({ text: String(data) });
  });
  // The library closes with 1009 and 1007 by itself when a message is too long or not UTF-8.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    timer.cancel();
    client.end();
    log("view.client", { transport: "websocket", change: "left" });
  });
}
