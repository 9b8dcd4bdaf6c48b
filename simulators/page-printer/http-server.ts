import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../wire/loopback-http.ts";
import type { PrinterFront } from "./front.ts";

const MAX_BODY = 64 * 1_048_576;

/** Answers HTTP as the printer's front does. */
export function servedBy(front: PrinterFront) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST") {
      request.resume();
      response.writeHead(200, { "content-type": "text/plain" }).end("A simulated printer.\n");
      return;
    }
    const body = await readBody(request, MAX_BODY);
    if (body === undefined) return void request.socket.destroy();
    const answer = await front.receive(body);
    if (answer === "silence") return;
    if (answer === "hang-up") return void request.socket.destroy();
    if (answer === "garbage") return void request.socket.end("\x16\x03\x01 this is no HTTP\r\n\r\n");
    response.writeHead(answer.status, { "content-type": answer.contentType, "content-length": answer.body.length });
    response.end(answer.body);
  };
}
