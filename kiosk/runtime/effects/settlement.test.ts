import { afterEach, beforeEach, expect, test } from "vitest";
import { BONO_INPUT, buyBono, Kiosk, World } from "../testing/world.ts";

let world: World;
let kiosk: Kiosk;

beforeEach(() => {
  world = new World();
  kiosk = world.boot();
});

afterEach(() => {
  kiosk.kill();
  world.remove();
});

const quiet = { signal: new AbortController().signal, onPrompt: () => undefined, onProgress: () => undefined };

/** The terminal took the money and was unplugged; then the power was cut. */
async function crashWithMoneyTaken(): Promise<void> {
  world.terminal.sales = "doubt-taken";
  world.terminal.tells = false;
  const { ports } = kiosk.openJourney();
  void ports.charge({ effect: "charge-1", amount: 1500 }, quiet).catch(() => "died with the runtime");
  await world.clock.advance(500);
  kiosk.kill();
  await world.clock.advance(20_000);
  expect(world.terminal.taken).toBe(1500);
  world.terminal.tells = true;
  world.terminal.unplug();
  kiosk = world.boot();
  kiosk.settlement.reconcile();
}

test("a journal without open journeys keeps nobody waiting", () => {
  kiosk.settlement.reconcile();
  expect(kiosk.settlement.closed.value).toBe(false);
});

test("a delivered journey is settled at once, without closing the kiosk", async () => {
  await buyBono(kiosk.openJourney().ports);
  expect(kiosk.settlement.closed.value).toBe(false);
  expect(kiosk.journal.unsettled()).toEqual([]);
});

test("while the terminal is away the kiosk is closed for half a minute, then only the terminal is held and staff know", async () => {
  await crashWithMoneyTaken();
  expect(kiosk.settlement.closed.value).toBe(true);
  expect(kiosk.settlement.held.value).toBe(true);

  await world.clock.advance(31_000);
  expect(kiosk.settlement.closed.value).toBe(false);
  expect(kiosk.settlement.held.value).toBe(true);
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([
    { kind: "payment-unknown", amount: 1500, recordedBy: "settlement", effects: ["charge-1"] },
  ]);
});

test("a held terminal refuses a new charge", async () => {
  await crashWithMoneyTaken();
  await world.clock.advance(31_000);
  const outcome = await kiosk.openJourney().ports.charge({ effect: "charge-1", amount: 900 }, quiet);
  expect(outcome).toMatchObject({ outcome: "error", error: { code: "runtime.terminal-held" } });
  expect(world.terminal.attempts).toHaveLength(1);
});

test("when the terminal is back the money is given back, the incident says so and the terminal is free", async () => {
  await crashWithMoneyTaken();
  await world.clock.advance(3_600_000);
  world.terminal.plug();
  await kiosk.settle();
  expect(world.terminal.taken).toBe(0);
  expect(world.terminal.reversed).toHaveLength(1);
  expect(kiosk.settlement.held.value).toBe(false);
  expect(kiosk.journal.unsettled()).toEqual([]);
  expect(kiosk.journal.incidents.undelivered()).toHaveLength(1);
});

test("a terminal that is there but cannot tell is asked three times, then a person is", async () => {
  await crashWithMoneyTaken();
  world.terminal.tells = false;
  world.terminal.recoveries = 0;
  world.terminal.plug();
  await kiosk.settle();
  expect(world.terminal.recoveries).toBe(3);
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([{ kind: "payment-unknown" }]);
  expect(kiosk.settlement.held.value).toBe(false);
});

test("a charge on a terminal that is no longer configured goes to a person and closes nothing for ever", async () => {
  await crashWithMoneyTaken();
  kiosk.kill();
  kiosk = new Kiosk(Object.assign(Object.create(world), { devices: { ...world.devices, "payment-terminal": [] } }));
  kiosk.settlement.reconcile();
  await kiosk.settle();
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([{ kind: "payment-unknown", amount: 1500 }]);
  expect(kiosk.settlement.held.value).toBe(false);
});

test("a citizen who walks away during the sale gets the money back", async () => {
  const gate = Promise.withResolvers<void>();
  world.terminal.gate = gate.promise;
  const { ports } = kiosk.openJourney();
  const leaving = new AbortController();
  const charge = ports.charge({ effect: "charge-1", amount: 1500 }, { ...quiet, signal: leaving.signal });
  leaving.abort();
  expect(await charge).toMatchObject({ outcome: "unknown", error: { code: "common.cancelled" } });
  await ports.settle("abandoned");
  expect(kiosk.settlement.closed.value).toBe(true);

  gate.resolve();
  await kiosk.settle();
  expect(world.terminal.reversed).toHaveLength(1);
  expect(kiosk.settlement.closed.value).toBe(false);
  expect(kiosk.journal.unsettled()).toEqual([]);
  expect(kiosk.journal.incidents.undelivered()).toEqual([]);
});

test("nothing is charged for a citizen who left before the sale began", async () => {
  const { ports } = kiosk.openJourney();
  const outcome = await ports.charge({ effect: "charge-1", amount: 1500 }, { ...quiet, signal: AbortSignal.abort() });
  expect(outcome).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
  expect(world.terminal.attempts).toEqual([]);
});

test("a citizen who walks away while the bono is issued leaves a bono that nobody has: a person is told", async () => {
  const gate = Promise.withResolvers<void>();
  const { ports } = kiosk.openJourney();
  await ports.charge({ effect: "charge-1", amount: 1500 }, quiet);
  world.gateway.gate = gate.promise;
  const leaving = new AbortController();
  const issue = ports.submit(
    { effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT },
    { signal: leaving.signal },
  );
  leaving.abort();
  expect((await issue).outcome).toBe("unknown");
  await ports.settle("abandoned");
  gate.resolve();
  await kiosk.settle();
  expect(world.terminal.reversed).toEqual([]);
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([{ kind: "paid-not-delivered", amount: 1500 }]);
});

test("a bono that was handed to the phone is delivered, whatever became of the paper", async () => {
  const { ports } = kiosk.openJourney();
  await ports.charge({ effect: "charge-1", amount: 1500 }, quiet);
  await ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT }, quiet);
  await ports.submit({ effect: "link", operation: "delivery.link", input: { document: "B-1" } }, quiet);
  world.printer.prints = "doubt";
  await ports.print({ effect: "print-bono", document: { blocks: [] } }, quiet);
  await ports.settle("abandoned");
  await kiosk.settle();
  expect(kiosk.journal.incidents.undelivered()).toEqual([]);
});

test("an annulled bono counts as not delivered: the money goes back", async () => {
  const { ports } = kiosk.openJourney();
  await ports.charge({ effect: "charge-1", amount: 1500 }, quiet);
  await ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT }, quiet);
  await ports.submit({ effect: "annul", operation: "fonasa.bono.annul", input: { folio: "B-1" } }, quiet);
  await ports.settle("abandoned");
  await kiosk.settle();
  expect(world.terminal.taken).toBe(0);
});

test("the gateway is asked for ten minutes what became of the bono; then a person is", async () => {
  const { ports } = kiosk.openJourney();
  await ports.charge({ effect: "charge-1", amount: 1500 }, quiet);
  world.gateway.submissions = "doubt-done";
  await ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT }, quiet);
  world.gateway.reachable = false;
  await ports.settle("abandoned");
  await world.clock.advance(590_000);
  expect(kiosk.settlement.held.value).toBe(true);
  expect(kiosk.settlement.closed.value).toBe(false);
  await kiosk.settle();
  expect(world.terminal.reversed).toEqual([]);
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([{ kind: "delivery-unknown", amount: 1500 }]);
});

test("money that a person was told of, with a number in the citizen's hand, is not moved again", async () => {
  world.terminal.sales = "doubt-taken";
  world.terminal.tells = false;
  const { ports } = kiosk.openJourney();
  const paying = buyBono(ports);
  await world.clock.advance(10_000);
  await paying;
  world.terminal.tells = true;
  await kiosk.settle();
  expect(world.terminal.taken).toBe(1500);
  expect(kiosk.journal.incidents.undelivered()).toMatchObject([{ recordedBy: "journey", kind: "payment-unknown" }]);
  expect(kiosk.journal.unsettled()).toEqual([]);
});
