import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../wire/loopback-http.ts";
import type { FrontAnswer, ScannerFront } from "./front.ts";

const MOST_BODY = 65_536;
const MORE = new Uint8Array(65_536);

/** Answers HTTP as the scanner's front does. */
export function servedBy(front: ScannerFront) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on("error", () => {});
    const body = await readBody(request, MOST_BODY);
    if (body === undefined) return void request.socket.destroy();
    const { method = "", url = "" } = request;
    send(await front.receive({ method, path: url, body: Buffer.from(body).toString("utf8") }), response);
  };
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
