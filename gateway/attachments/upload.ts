import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { MOST_ATTACHMENT_BYTES } from "../../base/contracts/attachment.ts";
import { err, ok, type Result } from "../../base/result.ts";

export type UploadProblem = "too-large" | "not-jpeg" | "other-hash" | "cut-short";

/** Above this a body is not read to its end, so that its sender is cut off instead of told. */
const MOST_READ = 2 * MOST_ATTACHMENT_BYTES;

/** Start of image and the first byte of the marker after it (ITU-T T.81, annex B). */
const JPEG_BEGINS = Buffer.from([0xff, 0xd8, 0xff]);

/** Reads the body of one attachment. Of one that is too large no more is held in memory than may come. */
export async function readUpload(body: Readable, sha256: string): Promise<Result<Buffer, UploadProblem>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_READ) break;
      if (size > MOST_ATTACHMENT_BYTES) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    return err("cut-short");
  }
  if (size > MOST_ATTACHMENT_BYTES) return err("too-large");
  const content = Buffer.concat(chunks);
  if (!content.subarray(0, JPEG_BEGINS.length).equals(JPEG_BEGINS)) return err("not-jpeg");
  return createHash("sha256").update(content).digest("hex") === sha256 ? ok(content) : err("other-hash");
}
