import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { DeviceRequest } from "../identity/interface.ts";

const NOTHING = new Uint8Array();

/** The request as identity judges it. */
export function deviceRequest(message: IncomingMessage, body: unknown): DeviceRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return {
    method: message.method ?? "",
    target: message.url ?? "",
    authority: message.headers.host ?? "",
    headers,
    body: body instanceof Uint8Array ? body : NOTHING,
    clientCertificate: clientCertificate(message.socket),
  };
}

const shown = new WeakMap<Socket, string | undefined>();

/** SHA-256 of the client certificate of a connection, hex; asked once a connection, which may carry requests for days. */
function clientCertificate(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  if (!shown.has(socket)) {
    const raw = socket.getPeerX509Certificate()?.raw;
    shown.set(socket, raw === undefined ? undefined : createHash("sha256").update(raw).digest("hex"));
  }
  return shown.get(socket);
}
