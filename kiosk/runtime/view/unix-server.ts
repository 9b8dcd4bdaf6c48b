import { chmodSync, unlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { LineReader } from "../../../base/json-lines.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { MAX_MESSAGE_BYTES } from "../../contract/messages.ts";
import { ViewClient } from "./client.ts";
import type { ViewHub } from "./hub.ts";

export type UnixServerOptions = {
  readonly hub: ViewHub;
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * The same message contract as JSON lines over a unix socket. Only the socket's owner may connect (0600): the file
 * system is the token.
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
  try {
    removeStale(options.path);
    await listen(server, options.path);
  } catch (error) {
    return err(coded("runtime.port-refused", `${options.path}: ${error instanceof Error ? error.message : error}`));
  }
  return ok({
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** A socket file outlives a killed process. The journal's lock already proves that no other runtime lives. */
function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const before = process.umask(0o177);
  server.once("error", reject);
  server.listen(path, () => {
    server.off("error", reject);
    chmodSync(path, 0o600);
    resolve();
  });
  process.umask(before);
  return promise;
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
