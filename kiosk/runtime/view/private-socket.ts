import { chmodSync, unlinkSync } from "node:fs";
import type { Server } from "node:net";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

/** Listens on a unix socket to which only its owner may connect (0600): the file system is the token. */
export async function listenPrivately(
  server: Server,
  path: string,
): Promise<Result<void, CodedError<"runtime.port-refused">>> {
  try {
    removeStale(path);
    await listen(server, path);
    return ok();
  } catch (error) {
    return err(coded("runtime.port-refused", `${path}: ${error instanceof Error ? error.message : error}`));
  }
}

/** A socket file outlives a killed process. The journal's lock already proves that no other runtime lives. */
function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const before = process.umask(0o177);
  server.once("error", reject);
  server.listen(path, () => {
    server.off("error", reject);
    chmodSync(path, 0o600);
    resolve();
  });
  process.umask(before);
  return promise;
}
