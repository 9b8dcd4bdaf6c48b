import { createServer, type Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { LineReader } from "../../../base/json-lines.ts";
import type { Logger } from "../../../base/log.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import { MAX_MESSAGE_BYTES } from "../../contract/messages.ts";
import { listenAt } from "../unix-socket.ts";
import { ViewClient } from "./client.ts";
import type { ViewHub } from "./hub.ts";

export type UnixServerOptions = {
  readonly hub: ViewHub;
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * The same message contract as JSON lines over a unix socket of the owner's alone.
 */
export async function startUnixServer(
  options: UnixServerOptions,
): Promise<Result<{ readonly stop: () => Promise<void> }, CodedError<"runtime.port-refused">>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, options);
  });
  const listening = await listenAt(server, options.path, 0o600);
  if (!listening.ok) return listening;
  return ok({
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

function serve(socket: Socket, { hub, clock, log }: UnixServerOptions): void {
  log("view.client", { transport: "unix", change: "connected" });
  const client = new ViewClient(
    hub,
    {
      write: (text, sent) => socket.write(`${text}\n`, (error) => (error ? socket.destroy() : sent())),
      close: () => socket.end(),
    },
    clock,
  );
  const reader = new LineReader(MAX_MESSAGE_BYTES);
  socket.on("data", (chunk: Buffer) => {
    for (const line of reader.push(chunk)) if (socket.writable) client.receive(line);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    client.end();
    log("view.client", { transport: "unix", change: "left" });
  });
}
