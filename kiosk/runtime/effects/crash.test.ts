import { expect, test } from "vitest";
import type { GatewayBehaviour, SaleBehaviour } from "../testing/fakes.ts";
import { buyBono, type Kiosk, World } from "../testing/world.ts";

type Weather = {
  readonly sale: SaleBehaviour;
  readonly tells?: boolean;
  readonly submissions?: GatewayBehaviour;
  readonly prints?: "ok" | "error" | "doubt";
  readonly reversals?: "ok" | "refuse" | "doubt";
};

const WEATHER: readonly Weather[] = [
  { sale: "approve" },
  { sale: "decline" },
  { sale: "refuse" },
  { sale: "doubt-taken" },
  { sale: "doubt-not-taken" },
  { sale: "doubt-taken", tells: false },
  { sale: "approve", submissions: "error" },
  { sale: "approve", submissions: "error", reversals: "refuse" },
  { sale: "approve", submissions: "error", reversals: "doubt" },
  { sale: "approve", submissions: "doubt-done" },
  { sale: "approve", submissions: "doubt-absent" },
  { sale: "doubt-taken", submissions: "error" },
  { sale: "approve", prints: "error" },
  { sale: "approve", prints: "doubt" },
];

function makeWorld({ sale, tells = true, submissions = "ok", prints = "ok", reversals = "ok" }: Weather): World {
  const world = new World();
  world.terminal.sales = sale;
  world.terminal.tells = tells;
  world.terminal.reversals = reversals;
  world.gateway.submissions = submissions;
  world.printer.prints = prints;
  return world;
}

/** Runs the journey, dying at `edge`; `false` when it ended before. */
async function runUntil(world: World, edge: number): Promise<{ died: boolean; kiosk: Kiosk }> {
  const kiosk = world.boot();
  kiosk.dieAtEdge(edge);
  let over = false;
  const journey = async () => buyBono(kiosk.openJourney().ports);
  void journey()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  for (let second = 0; second < 700 && !over && !kiosk.dead; second++) await world.clock.advance(1_000);
  if (!kiosk.dead) await kiosk.settle();
  return { died: kiosk.dead, kiosk };
}

/** What must hold for every citizen whatever happened: paid for and delivered, not paid, or known to a person. */
function expectHonest(world: World, kiosk: Kiosk): void {
  const { terminal, gateway, printer } = world;
  expect(new Set(terminal.attempts).size).toBe(terminal.attempts.length);
  expect(kiosk.journal.unsettled()).toEqual([]);
  expect(kiosk.settlement.closed.value).toBe(false);
  expect(kiosk.settlement.held.value).toBe(false);
  const issues = gateway.ofOperation("fonasa.bono.issue");
  expect(issues.length).toBeLessThanOrEqual(1);
  const incidents = kiosk.journal.incidents.undelivered();
  const delivered = issues.length === 1 && printer.tickets > 0;
  if (terminal.taken > 0 && !delivered) expect(incidents).not.toEqual([]);
  if (terminal.taken === 0 && issues.length > 0) expect(incidents).not.toEqual([]);
  expect(incidents.length).toBeLessThanOrEqual(1);
  expect(kiosk.defects).toEqual([]);
}

test.each(WEATHER)("a power cut at every edge of every effect is settled honestly: %j", async (weather) => {
  for (let edge = 1; ; edge++) {
    const world = makeWorld(weather);
    const { died, kiosk } = await runUntil(world, edge);
    if (!died) {
      expectHonest(world, kiosk);
      kiosk.kill();
      world.remove();
      expect(edge).toBeGreaterThan(10);
      return;
    }
    kiosk.kill();
    const next = world.boot();
    next.settlement.reconcile();
    await next.settle();
    expectHonest(world, next);
    next.kill();
    world.remove();
  }
});

test("a second power cut, while the first is settled, is settled too", async () => {
  for (let first = 9; first < 14; first++) {
    for (let second = 1; second < 12; second++) {
      const world = makeWorld({ sale: "doubt-taken", submissions: "error" });
      const { kiosk } = await runUntil(world, first);
      kiosk.kill();
      const settling = world.boot();
      settling.dieAtEdge(second);
      try {
        settling.settlement.reconcile();
      } catch {
        // It died while it looked at the first journey.
      }
      for (let step = 0; step < 60 && !settling.dead; step++) await world.clock.advance(1_000);
      settling.kill();
      const last = world.boot();
      last.settlement.reconcile();
      await last.settle();
      expectHonest(world, last);
      last.kill();
      world.remove();
    }
  }
});
