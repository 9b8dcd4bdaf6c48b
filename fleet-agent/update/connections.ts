import { Agent as PlainAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { getCACertificates } from "node:tls";
import type { Result } from "../../base/result.ts";
import { FOREIGN, type HttpFailure } from "../http-exchange.ts";

/** What a request of an update goes over. */
export interface Connections {
  /** Lends the connections to `url`, a second time where the first showed that its authority is one of the machine's. */
  use<T>(url: URL, request: (agent: PlainAgent) => Promise<Result<T, HttpFailure>>): Promise<Result<T, HttpFailure>>;
  close(): void;
}

/**
 * Kept connections, checked against the authorities that `own` (PEM) gives and, once a server is met that none of those signed, the
 * machine's too: they take megabytes of memory, so that they are read only where they are needed.
 */
export function createConnections(own: () => readonly string[]): Connections {
  const plain = new PlainAgent({ keepAlive: true });
  let foreign = own().length === 0;
  let tls: TlsAgent | undefined;
  const secure = () => {
    tls ??= new TlsAgent({ keepAlive: true, ca: [...own(), ...(foreign ? machineAuthorities() : [])] });
    return tls;
  };
  return {
    use: async (url, request) => {
      if (url.protocol !== "https:") return await request(plain);
      const first = await request(secure());
      if (first.ok || foreign || !FOREIGN.includes(first.error.cause ?? "")) return first;
      foreign = true;
      tls?.destroy();
      tls = undefined;
      return await request(secure());
    },
    close: () => {
      plain.destroy();
      tls?.destroy();
    },
  };
}

function machineAuthorities(): string[] {
  return [...getCACertificates("default"), ...getCACertificates("system")];
}
