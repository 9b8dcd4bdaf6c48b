import { createServer } from "node:net";

/** Below the ports that Linux gives to whoever asks for any, above those of well-known services. */
const KEPT = { from: 20_000, count: 12_000 };

/** A loopback port that nobody listens on now, and that nobody is given by chance before its owner comes, or while they are away for a moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = KEPT.from + Math.floor(Math.random() * KEPT.count);
    if (await isFree(port)) return port;
  }
}

/** Whether the port could be listened on; it is free again. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => resolve(false));
  server.listen(port, "127.0.0.1", () => resolve(true));
  if (!(await promise)) return false;
  await new Promise((closed) => server.close(closed));
  return true;
}
