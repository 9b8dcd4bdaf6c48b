import { beforeEach, describe, expect, test } from "vitest";
import { MOST_ATTACHED_BYTES, MOST_ATTACHMENT_BYTES, MOST_ATTACHMENTS } from "../../base/contracts/attachment.ts";
import { done } from "../../base/outcome.ts";
import { attachmentOf, markedPaper } from "../../tests/support/papers.ts";
import { Papers } from "./papers.ts";

const PAPER = markedPaper("first page ");
const { sha256 } = attachmentOf(PAPER);
const FULL = { outcome: "error", error: { code: "document-scanner.full", who: "citizen" } };

let papers: Papers;

beforeEach(() => {
  papers = new Papers();
  papers.beginJourney("j1");
});

const zero = (picture: Uint8Array | undefined) => picture?.every((byte) => byte === 0);

describe("a page", () => {
  test("is a copy, named by its hash", () => {
    const scanned = Uint8Array.from(PAPER);
    expect(papers.keep("j1", scanned)).toEqual(done(attachmentOf(PAPER)));
    scanned.fill(0);
    expect(papers.find("j1", sha256)).toEqual(PAPER);
    expect(papers.shown(sha256)).toEqual(PAPER);
  });

  test("that was scanned twice is held once", () => {
    for (let time = 0; time <= MOST_ATTACHMENTS; time++)
      expect(papers.keep("j1", PAPER)).toEqual(done(attachmentOf(PAPER)));
  });

  test("of one citizen is no other's", () => {
    papers.keep("j1", PAPER);
    papers.endJourney("j1");
    papers.beginJourney("j2");
    expect(papers.shown(sha256)).toBeUndefined();
    expect(papers.find("j2", sha256)).toBeUndefined();
  });
});

describe("the end of a journey", () => {
  test("shows nothing more and keeps nothing more, while what is under way goes on", () => {
    papers.keep("j1", PAPER);
    papers.endJourney("j1");
    expect(papers.shown(sha256)).toBeUndefined();
    expect(papers.keep("j1", markedPaper("late "))).toMatchObject({ error: { code: "common.cancelled" } });
    expect(papers.find("j1", sha256)).toEqual(PAPER);
  });

  test("overwrites with zeros, also somebody else's view of the same memory", () => {
    papers.keep("j1", PAPER);
    const held = papers.find("j1", sha256);
    papers.destroy("j1");
    expect(zero(held)).toBe(true);
    expect(papers.find("j1", sha256)).toBeUndefined();
    expect(papers.keep("j1", PAPER)).toMatchObject({ outcome: "error" });
  });

  test("of the process overwrites every journey's", () => {
    papers.keep("j1", PAPER);
    const first = papers.find("j1", sha256);
    papers.beginJourney("j2");
    papers.keep("j2", PAPER);
    const second = papers.find("j2", sha256);
    papers.destroyAll();
    expect([zero(first), zero(second)]).toEqual([true, true]);
    expect(papers.shown(sha256)).toBeUndefined();
  });
});

describe("room", () => {
  test("is for as many pages as one submission may name", () => {
    for (let page = 0; page < MOST_ATTACHMENTS; page++)
      expect(papers.keep("j1", markedPaper(`page ${page} `))).toMatchObject({ outcome: "ok" });
    expect(papers.keep("j1", PAPER)).toMatchObject(FULL);
    papers.endJourney("j1");
    papers.beginJourney("j2");
    expect(papers.keep("j2", PAPER)).toMatchObject({ outcome: "ok" });
  });

  test("is for as many bytes as one submission may have", () => {
    const large = (page: number) => {
      const picture = Buffer.alloc(MOST_ATTACHMENT_BYTES);
      picture[0] = page;
      return picture;
    };
    for (let page = 0; page < MOST_ATTACHED_BYTES / MOST_ATTACHMENT_BYTES; page++)
      expect(papers.keep("j1", large(page))).toMatchObject({ outcome: "ok" });
    expect(papers.keep("j1", PAPER)).toMatchObject(FULL);
  });

  test("is not for a page that is too large by itself", () => {
    expect(papers.keep("j1", Buffer.alloc(MOST_ATTACHMENT_BYTES + 1))).toMatchObject(FULL);
  });
});
