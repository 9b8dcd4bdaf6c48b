import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ATTACHMENT_TYPE } from "../../../base/contracts/attachment.ts";
import { PAPERS_PATH } from "../../../base/contracts/view.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import { listenAt } from "../unix-socket.ts";

export type PapersServerOptions = {
  readonly path: string;
  /** A page that the citizen scanned who stands there now. */
  readonly paper: (sha256: string) => Uint8Array | undefined;
};

/**
 * `GET /papers/<sha256>` over HTTP on a unix socket of its own, for a shell whose page cannot ask the loopback port: pictures are too
 * large for the view's lines. Anything else is 404.
 */
export async function startPapersServer({
  path,
  paper,
}: PapersServerOptions): Promise<Result<{ readonly stop: () => Promise<void> }, CodedError<"runtime.port-refused">>> {
  const answer = ({ method, url = "" }: IncomingMessage, response: ServerResponse) => {
    const asked = method === "GET" && url.startsWith(PAPERS_PATH) ? url.slice(PAPERS_PATH.length) : "";
    const picture = paper(asked);
    if (picture === undefined) response.writeHead(404, { "content-length": 0 }).end();
    else response.writeHead(200, { "content-type": ATTACHMENT_TYPE, "content-length": picture.length }).end(picture);
  };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, answer);
  const listening = await listenAt(server, path, 0o600);
  if (!listening.ok) return listening;
  return ok({
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
