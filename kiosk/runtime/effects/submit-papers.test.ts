import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { done, type Outcome } from "../../../base/outcome.ts";
import type { JourneyPorts, Json } from "../../../flows/engine/ports.ts";
import { attachmentOf, markedPaper } from "../../../tests/support/papers.ts";
import { FakeScanner } from "../testing/fake-scanner.ts";
import { type Kiosk, World } from "../testing/world.ts";

const OPERATION = "chileatiende.reclamo.file";
const MARK = "marked picture ";
const PAPERS = [markedPaper(MARK), markedPaper(`another ${MARK}`, 3_000)];
const INPUT: Json = {
  run: "12345678-5",
  attendedOn: "2026-11-20",
  reasons: ["espera"],
  address: { street: "Picarte", number: "100", commune: { code: "14101", name: "Valdivia" } },
  attachments: PAPERS.map(attachmentOf),
};

let scanner: FakeScanner;
let world: World;

beforeEach(() => {
  scanner = new FakeScanner();
  world = new World({ "document-scanner": [scanner] });
});

afterEach(() => world.remove());

const { signal } = new AbortController();

async function scanAll(ports: JourneyPorts): Promise<void> {
  for (const paper of PAPERS) {
    const scanning = ports.scanPage(
      { held: PAPERS.map((held) => attachmentOf(held).sha256) },
      { signal, onProgress: () => undefined },
    );
    await world.clock.advance(0);
    scanner.put(paper);
    expect(await scanning).toEqual(done(attachmentOf(paper)));
  }
}

const file = (ports: JourneyPorts): Promise<Outcome<Json>> =>
  ports.submit({ effect: "file-1", operation: OPERATION, input: INPUT }, { signal });

/** Everything on the kiosk's disk. */
const disk = () =>
  readdirSync(world.directory)
    .map((name) => readFileSync(join(world.directory, name), "latin1"))
    .join("");

function expectNothingOnDisk(): void {
  const kept = disk();
  expect(kept).toContain(OPERATION);
  const traces = PAPERS.flatMap((paper) => [attachmentOf(paper).sha256, paper.toString("base64").slice(8, 48)]);
  for (const trace of [MARK, ...traces]) expect(kept).not.toContain(trace);
}

describe("papers of a submission", () => {
  let kiosk: Kiosk;
  let journey: string;
  let ports: JourneyPorts;

  beforeEach(async () => {
    kiosk = world.boot();
    ({ id: journey, ports } = kiosk.openJourney());
    await scanAll(ports);
  });

  afterEach(() => kiosk.kill());

  const state = () => kiosk.journal.latest(journey, "file-1")?.state;

  test("are at the gateway before anything is noted as sent", async () => {
    const states: unknown[] = [];
    const { putAttachment, submit } = world.gateway;
    world.gateway.putAttachment = async (...parameters) => {
      states.push(["upload", state()]);
      return await putAttachment.apply(world.gateway, parameters);
    };
    world.gateway.submit = async (...parameters) => {
      states.push(["submit", state()]);
      return await submit.apply(world.gateway, parameters);
    };
    expect(await file(ports)).toMatchObject({ outcome: "ok" });
    expect(states).toEqual([
      ["upload", "intended"],
      ["upload", "intended"],
      ["submit", "sent"],
    ]);
    expect([...world.gateway.attachments.values()]).toEqual(PAPERS);
    expect(state()).toBe("done");
  });

  test("that do not reach it end the submission for certain, and it can be tried again", async () => {
    world.gateway.uploads = "refuse";
    expect(await file(ports)).toMatchObject({ outcome: "error", error: { code: "gateway.attachments-full" } });
    expect(state()).toBe("failed");
    expect(world.gateway.received.size).toBe(0);
    world.gateway.uploads = "ok";
    expect(await file(ports)).toMatchObject({ outcome: "ok" });
  });

  test("that take longer than a journey waits end it for certain", async () => {
    world.gateway.putAttachment = async () => await new Promise(() => undefined);
    const filing = file(ports);
    await world.clock.advance(61_000);
    expect(await filing).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
    expect(world.gateway.received.size).toBe(0);
  });

  test("that the gateway has lost meanwhile are sent to it once more, under the same key", async () => {
    let losses = 1;
    const { submit } = world.gateway;
    world.gateway.submit = async (...parameters) => {
      if (losses-- > 0) world.gateway.attachments.clear();
      return await submit.apply(world.gateway, parameters);
    };
    expect(await file(ports)).toMatchObject({ outcome: "ok" });
    expect(world.gateway.attachments.size).toBe(PAPERS.length);
    losses = Number.POSITIVE_INFINITY;
    const again = kiosk.openJourney();
    await scanAll(again.ports);
    expect(await file(again.ports)).toMatchObject({ error: { code: "gateway.attachment-missing" } });
    expect(world.gateway.received.size).toBe(1);
  });

  test("that this kiosk does not hold end it for certain", async () => {
    const next = kiosk.openJourney();
    expect(await file(next.ports)).toMatchObject({ outcome: "error", error: { code: "gateway.attachment-missing" } });
    expect(world.gateway.received.size).toBe(0);
  });

  test("are submitted whole although the citizen leaves, and destroyed then", async () => {
    const gate = Promise.withResolvers<void>();
    world.gateway.gate = gate.promise;
    const leaving = new AbortController();
    const filing = ports.submit({ effect: "file-1", operation: OPERATION, input: INPUT }, { signal: leaving.signal });
    leaving.abort();
    await filing;
    await ports.settle("abandoned");
    const held = PAPERS.map((paper) => kiosk.papers.find(journey, attachmentOf(paper).sha256));
    gate.resolve();
    await kiosk.settle();
    expect([...world.gateway.attachments.values()]).toEqual(PAPERS);
    expect(state()).toBe("done");
    expect(held.map((picture) => picture?.every((byte) => byte === 0))).toEqual([true, true]);
  });

  test("are on no disk, neither while they are held nor afterwards", async () => {
    await file(ports);
    expectNothingOnDisk();
    await ports.settle("delivered");
    await kiosk.settle();
    expectNothingOnDisk();
  });
});

/** Before and after each of six writes: journey, intention, sent, done, end, settled. */
const EDGES = Array.from({ length: 12 }, (_, index) => index + 1);

/** A whole journey, until the power goes at that edge. @returns whether it went. */
async function fileUntil(edge: number): Promise<boolean> {
  const kiosk = world.boot();
  kiosk.dieAtEdge(edge);
  const journey = async () => {
    const { ports } = kiosk.openJourney();
    await scanAll(ports);
    const filed = await file(ports);
    await ports.settle(filed.outcome === "ok" ? "delivered" : "nothing-done");
  };
  let over = false;
  void journey()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  for (let second = 0; second < 100 && !over && !kiosk.dead; second++) await world.clock.advance(1_000);
  const { dead } = kiosk;
  kiosk.kill();
  return dead;
}

test.each(EDGES)("a power cut at edge %i leaves one complaint with its papers, or none", async (edge) => {
  expect(await fileUntil(edge)).toBe(true);
  const next = world.boot();
  next.settlement.reconcile();
  await next.settle();
  expect(next.journal.unsettled()).toEqual([]);
  const filed = world.gateway.ofOperation(OPERATION);
  expect(filed.length).toBeLessThanOrEqual(1);
  if (filed.length > 0) expect([...world.gateway.attachments.values()]).toEqual(PAPERS);
  expect(next.defects).toEqual([]);
  const kept = disk();
  for (const trace of [MARK, PAPERS[0]?.toString("base64").slice(8, 48)]) expect(kept).not.toContain(trace);
  next.kill();
});

test("there is no other edge", async () => {
  expect(await fileUntil(EDGES.length + 1)).toBe(false);
  expect(world.gateway.ofOperation(OPERATION)).toHaveLength(1);
});
