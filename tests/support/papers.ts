import { createHash } from "node:crypto";
import type { Attachment } from "../../base/contracts/attachment.ts";

/**
 * What begins and ends as a JPEG file, and holds words by which it would be found again wherever it were left.
 *
 * @param size of the whole, bytes.
 */
export function markedPaper(mark: string, size = 2_000): Buffer {
  const paper = Buffer.alloc(size, mark, "latin1");
  paper.set([0xff, 0xd8, 0xff, 0xe0]);
  paper.set([0xff, 0xd9], size - 2);
  return paper;
}

/** How a submission names it. */
export function attachmentOf(paper: Uint8Array): Attachment {
  return { sha256: createHash("sha256").update(paper).digest("hex"), bytes: paper.length };
}
