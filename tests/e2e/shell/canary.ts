import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Ports of this machine that nothing in the page may reach: every connection and packet is counted. */
export type Canary = { readonly tcp: number; readonly udp: number; touched(): number; close(): Promise<void> };

export async function startCanary(): Promise<Canary> {
  let touched = 0;
  const server = createServer((socket) => {
    touched++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const packets = createSocket("udp4", () => touched++);
  packets.bind(0, "127.0.0.1");
  await once(packets, "listening");
  const address = server.address();
  return {
    tcp: typeof address === "object" && address !== null ? address.port : 0,
    udp: packets.address().port,
    touched: () => touched,
    async close() {
      packets.close();
      server.close();
      await once(server, "close");
    },
  };
}
