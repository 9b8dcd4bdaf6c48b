import { createServer } from "node:net";

/**
 * Whether a server can listen on `port` of loopback now; 0 always can.
 *
 * @returns what keeps it from that, e.g. `EADDRINUSE` or `EACCES`; undefined when nothing does.
 */
export function portProblem(port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}
