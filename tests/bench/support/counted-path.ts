import { connect, createServer, type Socket } from "node:net";

export type CountedPath = {
  /** Where to connect instead. */
  readonly port: number;
  /** What TLS put on the wire so far, both ways. */
  readonly bytes: number;
  readonly connections: number;
  close(): Promise<void>;
};

/** A way through to `port` of loopback that counts bytes above TCP: TLS records with everything in them. */
export async function countedPath(port: number): Promise<CountedPath> {
  const sockets = new Set<Socket>();
  const seen = { bytes: 0, connections: 0 };
  const server = createServer((near) => {
    seen.connections++;
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (chunk) => {
        seen.bytes += chunk.length;
        to.write(chunk);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    get bytes() {
      return seen.bytes;
    },
    get connections() {
      return seen.connections;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
