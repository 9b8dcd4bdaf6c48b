import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { loadServices } from "../../../flows/node/load-services.ts";
import { comesTo, HAPPENINGS, PLACES, servesTheNextCitizen } from "./happenings.ts";
import { KioskInMemory } from "./kiosk-in-memory.ts";

/** How many sequences, and which: `VENTANILLA_RUNS=5000 VENTANILLA_SEED=7` for a long night. */
const RUNS = Number(process.env.VENTANILLA_RUNS ?? "25");
const SEED = Number(process.env.VENTANILLA_SEED ?? String(Date.now() % 1_000_000));

/** Milliseconds in which a loaded machine ends it, with as many as there were. */
const LIMIT = RUNS > 100 ? 3_000_000 : 60_000;

const services = assertOk(await loadServices(), "the services");
/** What came of all journeys, to see that sequences come far. */
const total: { [result: string]: number } = {};
const kiosks: KioskInMemory[] = [];
afterEach(() => {
  for (const kiosk of kiosks.splice(0)) kiosk.remove();
});

async function start(): Promise<KioskInMemory> {
  const kiosk = await KioskInMemory.start(services);
  kiosks.push(kiosk);
  return kiosk;
}

test("on a day on which nothing happens one citizen after the other is served", async () => {
  const kiosk = await start();
  for (let citizen = 0; citizen < 2; citizen++) await servesTheNextCitizen(kiosk);
  await kiosk.stop();
  expect(kiosk.ledger()).toMatchObject(Array(2).fill({ result: "delivered", charges: 1, issued: 1, incidents: 0 }));
});

test(`whatever happens, and in whatever order, nobody pays twice or for nothing, and the next citizen is served (seed ${SEED})`, {
  timeout: LIMIT + 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PLACES),
      fc.commands(HAPPENINGS, { maxCommands: 40, size: "max" }),
      async (place, commands) => {
        const kiosk = await start();
        try {
          await comesTo(kiosk, place);
          await fc.asyncModelRun(() => ({ model: { happened: [] }, real: kiosk }), commands);
          await comesToRest(kiosk);
        } finally {
          kiosks.splice(kiosks.indexOf(kiosk), 1);
          await kiosk.stop().catch(() => undefined);
          kiosk.remove();
        }
      },
    ),
    {
      numRuns: RUNS,
      seed: SEED,
      endOnFailure: process.env.VENTANILLA_RUNS === undefined,
      interruptAfterTimeLimit: LIMIT,
    },
  );
  process.stdout.write(`reality: seed ${SEED}, ${JSON.stringify(total)}\n`);
});

/** What holds in the end: all is settled, the ledgers agree, and another citizen finds a kiosk that works. */
async function comesToRest(kiosk: KioskInMemory): Promise<void> {
  await kiosk.recovers();
  expect(kiosk.defects).toEqual([]);
  expect(kiosk.view.screen.kind).toBe("attract");
  expect(kiosk.session.serving.value).toBe(false);
  const waiting = kiosk.clock.pending;
  const seen = await servesTheNextCitizen(kiosk);
  await kiosk.passes(600_000);
  expect(kiosk.clock.pending, "timers that wait when nobody is there").toBe(waiting);
  await kiosk.stop();
  const ledger = kiosk.ledger();
  // Not the last row: rows go by the wall clock, which may have been set back.
  const { ticket } = kiosk.terminal.ledger.charges.at(-1) ?? {};
  expect(
    ledger.find((journey) => journey.ticket === ticket),
    `the next citizen: ${seen}`,
  ).toMatchObject({ result: "delivered", charges: 1, issued: 1 });
  for (const journey of ledger) {
    total[journey.result ?? "abandoned"] = (total[journey.result ?? "abandoned"] ?? 0) + 1;
    if (journey.charges > 0) total.charged = (total.charged ?? 0) + 1;
    expect(journey.settled_at, `${journey.id} is settled`).not.toBeNull();
    expect(journey.charges, `${journey.id} was charged once at most`).toBeLessThanOrEqual(1);
    if (journey.taken > 0 && journey.incidents === 0)
      expect(journey, "who paid has what they paid for").toMatchObject({ result: "delivered", issued: 1 });
  }
}
