import { createHash } from "node:crypto";
import { constants, type FileHandle, open } from "node:fs/promises";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

const CHUNK = 1 << 20;
/** Far above any release: what somebody claims must not fill the disk before it is verified. */
const MOST = 1 << 30;

/**
 * Copies a file that somebody else may change meanwhile, and says whether the copy has the length and digest. What is verified
 * and unpacked is the copy, never the original.
 */
export async function copyVerified(
  from: string,
  to: string,
  wanted: { readonly length: number; readonly sha256: string },
): Promise<Result<void, CodedError>> {
  let source: FileHandle | undefined;
  let copy: FileHandle | undefined;
  try {
    if (wanted.length > MOST) return err(coded("guard.wrong-file", `longer than ${MOST} bytes`));
    source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!(await source.stat()).isFile()) return err(coded("guard.wrong-file", `${from} is no file`));
    copy = await open(to, "w", 0o600);
    const digest = createHash("sha256");
    const buffer = Buffer.alloc(CHUNK);
    let length = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > wanted.length) return err(coded("guard.wrong-file", `longer than ${wanted.length} bytes`));
      digest.update(buffer.subarray(0, bytesRead));
      await copy.write(buffer, 0, bytesRead);
    }
    await copy.sync();
    // Neither length nor digest of what is there: the guard can read files that the one who asks cannot.
    const same = length === wanted.length && digest.digest("hex") === wanted.sha256;
    return same ? ok() : err(coded("guard.wrong-file", "another length or SHA-256"));
  } catch (problem) {
    return err(coded("guard.wrong-file", problem instanceof Error ? problem.message : String(problem)));
  } finally {
    await source?.close();
    await copy?.close();
  }
}
