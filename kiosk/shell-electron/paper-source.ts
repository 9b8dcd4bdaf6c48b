import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { MOST_ATTACHMENT_BYTES } from "../../base/contracts/attachment.ts";
import { PAPERS_PATH } from "../../base/contracts/view.ts";

/** The runtime is on this machine and has the picture in memory, milliseconds. */
const WITHIN = 5_000;

/** A page that the citizen scanned who stands there now, by its hash; `undefined` when the runtime gives out none. */
export type PaperSource = (sha256: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** Asks the runtime at `socket` (`papersSocketOf`). */
export function paperSource(socket: string): PaperSource {
  return async (sha256) => {
    const signal = AbortSignal.timeout(WITHIN);
    const request = get({ socketPath: socket, path: `${PAPERS_PATH}${sha256}`, agent: false, signal });
    try {
      const [response] = (await once(request, "response")) as [IncomingMessage];
      return response.statusCode === 200 ? await bodyOf(response) : undefined;
    } catch {
      // A runtime that is away, or goes: the page shows that by itself.
      return undefined;
    } finally {
      request.destroy();
    }
  };
}

async function bodyOf(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ATTACHMENT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}
