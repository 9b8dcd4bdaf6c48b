import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Settings } from "../settings.ts";

/** What proxies add to a request that they pass on. */
const PASSED_ON = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/**
 * Whether a request may read the metrics. With `metrics.token` whoever shows it may. Without one, what comes from this machine
 * itself: of a server that has a public address a proxy on the same machine would look like that, so there it is nobody.
 */
export function mayReadMetrics(
  { headers, socket }: Pick<IncomingMessage, "headers" | "socket">,
  { metrics, console }: Settings,
): Result<void, CodedError<"access.no-session" | "console.not-found">> {
  if (metrics.token !== undefined)
    return sameText(headers.authorization ?? "", `Bearer ${metrics.token}`) ? ok() : err(coded("access.no-session"));
  const isPublic = console.publicUrl !== undefined && !isThisMachine(new URL(console.publicUrl).hostname);
  const passedOn = PASSED_ON.some((name) => headers[name] !== undefined);
  if (isPublic || passedOn || !isThisMachine(socket.remoteAddress ?? ""))
    return err(coded("console.not-found", "address"));
  return ok();
}

/** Whether an address or a URL's host name is of the loopback interface. */
export function isThisMachine(host: string): boolean {
  return host === "localhost" || /^\[?::1\]?$/.test(host) || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(host);
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
