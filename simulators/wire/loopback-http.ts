import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { concat } from "../../base/bytes/bytes.ts";

/** A loopback HTTP server with a device on the network behind it, whose plug can be pulled. */
export class LoopbackHttpServer {
  readonly #serve: RequestListener;
  #server: Server | undefined;
  #port: number;

  /** @param port 0 lets the system choose once; the same port is taken again after a power cut. */
  constructor(serve: RequestListener, port: number) {
    this.#serve = serve;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer(this.#serve);
    this.#server = server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection, as a plug that is pulled. */
  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
    this.#server = undefined;
  }
}

/** The whole body of a request; `undefined` when it is cut or has more than `most` bytes. */
export async function readBody(request: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > most) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return concat(chunks);
}
