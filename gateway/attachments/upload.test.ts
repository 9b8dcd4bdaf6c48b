import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { MOST_ATTACHMENT_BYTES } from "../../base/contracts/attachment.ts";
import { attachmentOf, markedPaper } from "../../tests/support/papers.ts";
import { readUpload } from "./upload.ts";

const PAPER = markedPaper("page ");
const { sha256 } = attachmentOf(PAPER);
const PIECE = Buffer.alloc(1024 * 1024, 0xff);

test.each([1, 2, 3, 7, PAPER.length])("a paper that comes in pieces of %i bytes is whole", async (size) => {
  const pieces = Array.from({ length: Math.ceil(PAPER.length / size) }, (_, at) =>
    PAPER.subarray(at * size, (at + 1) * size),
  );
  expect(await readUpload(Readable.from(pieces), sha256)).toEqual({ ok: true, value: PAPER });
});

test("one whose connection breaks is cut short", async () => {
  function* cut() {
    yield PAPER.subarray(0, 1_000);
    throw new Error("aborted");
  }
  expect(await readUpload(Readable.from(cut()), sha256)).toEqual({ ok: false, error: "cut-short" });
});

test("one that ends before its end has another hash", async () => {
  const short = Readable.from([PAPER.subarray(0, 1_000)]);
  expect(await readUpload(short, sha256)).toEqual({ ok: false, error: "other-hash" });
});

test("one without end is read no further than twice what may come", async () => {
  let poured = 0;
  function* endless() {
    for (;;) {
      poured += PIECE.length;
      yield PIECE;
    }
  }
  const body = Readable.from(endless());
  expect(await readUpload(body, sha256)).toEqual({ ok: false, error: "too-large" });
  expect(poured).toBeLessThan(4 * MOST_ATTACHMENT_BYTES);
  expect(body.destroyed).toBe(true);
});
