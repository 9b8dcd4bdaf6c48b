import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TOKEN_COOKIE, VIEW_PROTOCOL } from "../../contract/messages.ts";

/** Why a request was turned away; `undefined` when it was not. */
export type Denial = "host" | "origin" | "token";

/** Where the view is served; the second one only so that a page can be renewed (`RENEW_PATH`). */
export const ADDRESSES = ["127.0.0.1", "127.0.0.2"] as const;

/** Names by which a shell on this machine may call us. Any other is a page elsewhere whose name was made to point here. */
export function allowedHosts(port: number): ReadonlySet<string> {
  return new Set([...ADDRESSES, "localhost"].map((name) => `${name}:${port}`));
}

export function sameToken(given: string | undefined, token: string): boolean {
  if (given === undefined) return false;
  const a = Buffer.from(given);
  const b = Buffer.from(token);
  return a.length === b.length && timingSafeEqual(a, b);
}

export function cookieToken(request: IncomingMessage): string | undefined {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === TOKEN_COOKIE) return value;
  }
  return undefined;
}

function protocols(request: IncomingMessage): string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

/**
 * Whether a WebSocket may be opened: our Host exactly; the token in the cookie or as subprotocol `token.<token>`; a
 * browser's Origin must be our own page, and a client without Origin (not a browser) must bring the subprotocol.
 */
export function denyUpgrade(request: IncomingMessage, port: number, token: string): Denial | undefined {
  const hosts = allowedHosts(port);
  if (!hosts.has(request.headers.host ?? "")) return "host";
  const offered = protocols(request).find((name) => name.startsWith("token."));
  const byProtocol = sameToken(offered?.slice("token.".length), token);
  const { origin } = request.headers;
  if (origin === undefined) return byProtocol ? undefined : "token";
  if (origin !== `http://${request.headers.host}`) return "origin";
  return byProtocol || sameToken(cookieToken(request), token) ? undefined : "token";
}

/** The subprotocol to answer with: ours, never the one that carries the token. */
export function chooseProtocol(offered: Set<string>): string | false {
  return offered.has(VIEW_PROTOCOL) ? VIEW_PROTOCOL : false;
}
