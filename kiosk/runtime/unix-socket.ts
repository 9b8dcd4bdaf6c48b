import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/**
 * Listens on a unix socket: the file system is the token.
 *
 * @param mode who may connect, as of a file: 0o600 its owner alone, 0o660 its group too.
 */
export async function listenAt(
  server: Server,
  path: string,
  mode: 0o600 | 0o660,
): Promise<Result<void, CodedError<"runtime.port-refused">>> {
  try {
    // The socket of a killed process. The journal's lock already proves that no other runtime lives.
    rmSync(path, { force: true });
    await listen(server, path, mode);
    return ok();
  } catch (error) {
    return err(coded("runtime.port-refused", `${path}: ${error instanceof Error ? error.message : error}`));
  }
}

function listen(server: Server, path: string, mode: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const before = process.umask(0o777 & ~mode);
  server.once("error", reject);
  server.listen(path, () => {
    server.off("error", reject);
    chmodSync(path, mode);
    resolve();
  });
  process.umask(before);
  return promise;
}
