import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FrontAnswer, ScannerFront } from "./front.ts";

const MOST_BODY = 65_536;
const MORE = new Uint8Array(65_536);

/** A loopback HTTP server with the scanner behind it. */
export class ScannerHttpServer {
  readonly #front: ScannerFront;
  #server: Server | undefined;
  #port: number;

  /** @param port 0 lets the system choose once; the same port is taken again after a power cut. */
  constructor(front: ScannerFront, port: number) {
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
    response.on("error", () => {});
    const body = await read(request);
    if (body === undefined) return void request.socket.destroy();
    const { method = "", url = "" } = request;
    send(await this.#front.receive({ method, path: url, body }), response);
  }
}

function send(answer: FrontAnswer, response: ServerResponse): void {
  if (answer === "silence") return;
  if (answer === "garbage") return void response.socket?.end("\x16\x03\x01 this is no HTTP\r\n\r\n");
  const { status, contentType, body, location, spoilt } = answer;
  response.writeHead(status, {
    "content-type": contentType,
    ...(location === undefined ? {} : { location }),
    ...(spoilt === "endless" ? {} : { "content-length": body.length }),
  });
  if (spoilt === undefined) return void response.end(body);
  if (spoilt === "cut") return void response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
  const pour = () => {
    while (!response.destroyed && response.write(MORE));
  };
  response.on("drain", pour).write(body);
  pour();
}

/** The whole body as text; `undefined` when it is cut or too long. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_BODY) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}
