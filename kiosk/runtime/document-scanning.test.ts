import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MOST_ATTACHMENTS } from "../../base/contracts/attachment.ts";
import { done } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { JourneyPorts, PaperProgress } from "../../flows/engine/ports.ts";
import { attachmentOf, markedPaper } from "../../tests/support/papers.ts";
import { FakeScanner } from "./testing/fake-scanner.ts";
import { type Kiosk, World } from "./testing/world.ts";

const PAPER = markedPaper("first page ");
const { sha256 } = attachmentOf(PAPER);

let scanner: FakeScanner;
let world: World;
let kiosk: Kiosk;
let journey: string;
let ports: JourneyPorts;
let progress: PaperProgress[];

beforeEach(() => {
  scanner = new FakeScanner();
  world = new World({ "document-scanner": [scanner] });
  kiosk = world.boot();
  ({ id: journey, ports } = kiosk.openJourney());
  progress = [];
});

afterEach(() => {
  kiosk.kill();
  world.remove();
});

const { signal } = new AbortController();

/** As many as a session may hold, by hash. */
function twentyPages(): string[] {
  return Array.from({ length: MOST_ATTACHMENTS }, (_, page) => {
    const picture = markedPaper(`page ${page} `);
    kiosk.papers.keep(journey, picture);
    return attachmentOf(picture).sha256;
  });
}

async function scan(until: AbortSignal = signal, held: readonly string[] = []) {
  const scanning = ports.scanPage({ held }, { signal: until, onProgress: (each) => void progress.push(each) });
  await world.clock.advance(0);
  return { scanning };
}

describe("a page", () => {
  test("is scanned, told as it goes, and held until the journey ends", async () => {
    const { scanning } = await scan();
    expect(progress).toEqual(["insert"]);
    scanner.put(PAPER);
    expect(await scanning).toEqual(done(attachmentOf(PAPER)));
    expect(progress).toEqual(["insert", "scanning"]);
    expect(scanner.handedOut.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    const held = kiosk.papers.shown(sha256);
    expect(held).toEqual(PAPER);
    await ports.settle("nothing-done");
    expect(kiosk.papers.shown(sha256)).toBeUndefined();
    await world.clock.advance(0);
    expect(held?.every((byte) => byte === 0)).toBe(true);
  });

  test("that does not fit is told as such", async () => {
    const { scanning } = await scan(signal, twentyPages());
    scanner.put(PAPER);
    expect(await scanning).toMatchObject({ outcome: "error", error: { code: "document-scanner.full" } });
  });

  test("that was taken out again leaves room, and nothing of itself", async () => {
    const [first = "", ...others] = twentyPages();
    const picture = kiosk.papers.find(journey, first);
    const { scanning } = await scan(signal, others);
    scanner.put(PAPER);
    expect(await scanning).toEqual(done(attachmentOf(PAPER)));
    expect(kiosk.papers.shown(first)).toBeUndefined();
    expect(picture?.every((byte) => byte === 0)).toBe(true);
    expect(others.every((page) => kiosk.papers.shown(page) !== undefined)).toBe(true);
  });
});

describe("a scanner", () => {
  test("that is away is told at once", async () => {
    scanner.unplug();
    const { scanning } = await scan();
    expect(await scanning).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
  });

  test("whose error is told as it is", async () => {
    const { scanning } = await scan();
    scanner.fail(coded("document-scanner.jammed"));
    expect(await scanning).toMatchObject({ outcome: "error", error: { code: "document-scanner.jammed" } });
  });

  test("that never ends is given up", async () => {
    const { scanning } = await scan();
    await world.clock.advance(331_000);
    expect(await scanning).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
    expect(scanner.waiting).toBe(false);
  });

  test("is free for the next page right after one was given up, which is told nothing more", async () => {
    const leaving = new AbortController();
    const { scanning: left } = await scan(leaving.signal);
    leaving.abort();
    progress = [];
    const { scanning: next } = await scan();
    expect(await left).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    scanner.put(PAPER);
    expect(await next).toMatchObject({ outcome: "ok" });
    expect(progress).toEqual(["insert", "scanning"]);
  });

  test("lets go when the journey ends, and what it brings then is nobody's", async () => {
    const { scanning } = await scan();
    await ports.settle("abandoned");
    scanner.put(PAPER);
    expect(await scanning).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(kiosk.papers.find(journey, sha256)).toBeUndefined();
  });
});
