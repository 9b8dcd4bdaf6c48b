import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { concat } from "../../base/bytes/bytes.ts";
import type { PrinterFront } from "./front.ts";

const MAX_BODY = 64 * 1_048_576;

/** A loopback HTTP server with the printer behind it. */
export class PrinterHttpServer {
  readonly #front: PrinterFront;
  #server: Server | undefined;
  #port: number;

  /** @param port 0 lets the system choose once; the same port is taken again after a power cut. */
  constructor(front: PrinterFront, port: number) {
    this.#front = front;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#serve(request, response));
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") {
      request.resume();
      response.writeHead(200, { "content-type": "text/plain" }).end("A simulated printer.\n");
      return;
    }
    const body = await read(request);
    if (body === undefined) return void request.socket.destroy();
    const answer = await this.#front.receive(body);
    if (answer === "silence") return;
    if (answer === "hang-up") return void request.socket.destroy();
    if (answer === "garbage") return void request.socket.end("\x16\x03\x01 this is no HTTP\r\n\r\n");
    response.writeHead(answer.status, { "content-type": answer.contentType, "content-length": answer.body.length });
    response.end(answer.body);
  }
}

/** The whole body; `undefined` when it is cut or too long. */
async function read(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_BODY) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return concat(chunks);
}
