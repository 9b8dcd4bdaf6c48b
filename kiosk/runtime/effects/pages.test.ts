import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JourneyPorts } from "../../../flows/engine/ports.ts";
import { type Kiosk, World } from "../testing/world.ts";

let world: World;
let kiosk: Kiosk;
let journey: string;
let ports: JourneyPorts;

beforeEach(() => {
  world = new World();
  kiosk = world.boot();
  ({ id: journey, ports } = kiosk.openJourney());
});
afterEach(() => {
  kiosk.kill();
  world.remove();
});

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const print = (effect = "print-certificate-1") => ports.printPages({ effect, document: "F-1", demo: true }, quiet);
const states = () => kiosk.journal.effects(journey).map(({ name, state, detail }) => [name, state, detail]);

describe("pages are printed once", () => {
  test("what came out is done, confirmed by the printer, and not printed again", async () => {
    const progress: string[] = [];
    const outcome = await ports.printPages(
      { effect: "print-certificate-1", document: "F-1", demo: true },
      { ...quiet, onProgress: (now) => progress.push(now) },
    );
    expect(outcome).toMatchObject({ outcome: "ok", value: { printed: 1, confirmed: true } });
    expect(progress).toEqual(["sent"]);
    expect(kiosk.journal.effects(journey)).toMatchObject([
      { kind: "print", operation: "pages", device: "pages", state: "done", detail: "confirmed" },
    ]);
    expect(await print()).toMatchObject({ outcome: "ok" });
    expect(world.pages.printed).toHaveLength(1);
  });

  test("the job's name tells the printer's panel nothing of the journey", async () => {
    await print();
    expect(world.pages.printed[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test("what the printer refused may be tried again", async () => {
    world.pages.prints = "error";
    expect(await print()).toMatchObject({ outcome: "error", error: { code: "page-printer.media-empty" } });
    world.pages.prints = "ok";
    expect(await print()).toMatchObject({ outcome: "ok" });
    expect(states().map(([, state]) => state)).toEqual(["failed", "done"]);
  });

  test("what is in doubt is not printed again", async () => {
    world.pages.prints = "doubt-printed";
    expect(await print()).toMatchObject({ outcome: "unknown" });
    world.pages.prints = "ok";
    expect(await print()).toMatchObject({ outcome: "unknown", error: { code: "runtime.effect-unresolved" } });
    expect(world.pages.printed).toHaveLength(1);
  });

  test("without a printer, without the gateway and after the citizen has left nothing is intended", async () => {
    world.pages.unplug();
    expect(await print()).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
    world.pages.plug();
    world.gateway.reachable = false;
    expect(await print()).toMatchObject({ outcome: "error", error: { code: "runtime.gateway-unreachable" } });
    world.gateway.reachable = true;
    const left = new AbortController();
    left.abort();
    const request = { effect: "print-certificate-1", document: "F-1", demo: true };
    expect(await ports.printPages(request, { ...quiet, signal: left.signal })).toMatchObject({ outcome: "error" });
    expect(states()).toEqual([]);
  });
});

describe("after a crash in the middle of a print", () => {
  /** The power fails after the pages were sent; the printer goes on as it will. */
  async function crash(prints: typeof world.pages.prints): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    world.pages.prints = prints;
    world.pages.gate = promise;
    void print().catch(() => "died with the runtime");
    await world.clock.advance(100);
    expect(states()).toEqual([["print-certificate-1", "sent", null]]);
    kiosk.kill();
    resolve();
    await world.clock.advance(1_000);
    kiosk = world.boot();
  }
  const settled = async () => {
    kiosk.settlement.reconcile();
    await kiosk.settle();
    return { states: states(), incidents: kiosk.journal.incidents.ofJourney(journey) };
  };

  test("the printer is asked, and pages that came out are done", async () => {
    await crash("ok");
    expect(await settled()).toMatchObject({ states: [["print-certificate-1", "done", "confirmed"]], incidents: [] });
    expect(world.pages.recalls).toBe(1);
    expect(world.pages.printed).toHaveLength(1);
  });

  test("pages that it did not print have failed, for certain", async () => {
    await crash("error");
    expect(await settled()).toMatchObject({
      states: [["print-certificate-1", "failed", "page-printer.job-aborted"]],
      incidents: [],
    });
  });

  test("a job that waits in the printer is taken out of it before it can come out in front of somebody else", async () => {
    await crash("error");
    world.pages.stuck = true;
    kiosk.settlement.reconcile();
    await world.clock.advance(10_000);
    expect(states()).toEqual([["print-certificate-1", "sent", null]]);
    expect(await settled()).toMatchObject({
      states: [["print-certificate-1", "failed", "page-printer.job-cancelled"]],
      incidents: [],
    });
  });

  test("a printer that comes back late is asked then", async () => {
    await crash("ok");
    world.pages.unplug();
    kiosk.settlement.reconcile();
    await world.clock.advance(60_000);
    expect(states()).toEqual([["print-certificate-1", "sent", null]]);
    expect(kiosk.settlement.closed.value).toBe(false);
    world.pages.plug();
    await kiosk.settle();
    expect(states()).toEqual([["print-certificate-1", "done", "confirmed"]]);
  });

  test.each([
    ["has forgotten the job", () => (world.pages.tells = false)],
    ["stays away", () => world.pages.unplug()],
  ])("one that %s leaves a doubt, which a person settles", async (_, happens) => {
    await crash("ok");
    happens();
    expect(await settled()).toMatchObject({
      states: [["print-certificate-1", "unknown", "interrupted"]],
      incidents: [{ kind: "delivery-unknown", effects: ["print-certificate-1"] }],
    });
    expect(kiosk.journal.unsettled()).toEqual([]);
  });
});
