import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../simulators/institutions/faults.ts";
import { type GatewayKit, type KioskClient, startGatewayKit } from "../../tests/support/gateway-kit.ts";

const RUN = "12345678-5";
const COPAGO = 5_300;
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

async function quote(kiosk: KioskClient = kit.kiosk): Promise<string> {
  const quoted = await kiosk.query("fonasa.quote", { run: RUN, prestacion: "0101001", provider: "76000001-9" });
  return (quoted.body as unknown as { result: { quote: string } }).result.quote;
}

function bonoInput(id: string, amount = COPAGO) {
  return { run: RUN, quote: id, payment: { amount, ticket: "T1", authorizationCode: "123456" } };
}

function issue(key: string, id: string, kiosk: KioskClient = kit.kiosk) {
  return kiosk.submit(key, "fonasa.bono.issue", bonoInput(id));
}

function issues(): number {
  return kit.institutions.bono.exchanges.filter(({ method, path }) => method === "POST" && path === "/v1/bonos").length;
}

test("the same key and body twice is one bono and one answer", async () => {
  const id = await quote();
  const first = await issue("k", id);
  const second = await issue("k", id);
  expect(first.body).toMatchObject({ outcome: "ok" });
  expect(second).toEqual(first);
  expect(issues()).toBe(1);
});

test("the order of fields in the body makes no difference", async () => {
  const id = await quote();
  const first = await issue("k", id);
  const { run, quote: sameQuote, payment } = bonoInput(id);
  const turned = await kit.kiosk.submit("k", "fonasa.bono.issue", { payment, quote: sameQuote, run });
  expect(turned).toEqual(first);
});

test("the same key with another body is refused and does nothing", async () => {
  const id = await quote();
  await issue("k", id);
  const other = await kit.kiosk.submit("k", "fonasa.bono.issue", bonoInput(id, COPAGO + 1));
  expect(other).toMatchObject({ status: 409, body: { outcome: "error", error: { code: "gateway.key-conflict" } } });
  const otherOperation = await kit.kiosk.submit("k", "fonasa.bono.annul", { folio: "1" });
  expect(otherOperation.status).toBe(409);
  expect(issues()).toBe(1);
});

test("the same key at the same time is sent once, and both get the answer", async () => {
  const id = await quote();
  const answers = await Promise.all([issue("k", id), issue("k", id), issue("k", id)]);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(answers[0]?.body.outcome).toBe("ok");
  expect(issues()).toBe(1);
});

test("another kiosk's equal key is another submission", async () => {
  const mine = await issue("k", await quote());
  expect(await kit.otherKiosk.state("k")).toMatchObject({ body: { state: "absent" } });
  const theirs = await issue("k", await quote(), kit.otherKiosk);
  expect(theirs.body).toMatchObject({ outcome: "ok" });
  expect(theirs.body).not.toEqual(mine.body);
  expect(kit.institutions.bono.ledger.issued).toHaveLength(2);
});

test("after a restart with the database kept, the same key gives the same answer without asking anybody", async () => {
  const id = await quote();
  const first = await issue("k", id);
  await kit.restart();
  await kit.institutions.bono.fail("down");
  expect(await issue("k", id)).toEqual(first);
  expect(await kit.kiosk.state("k")).toEqual({ status: 200, body: { state: "done", answer: first.body } });
});

test.each<Fault>(["drop-answer", "malformed", "duplicate-key"])(
  "%s: the bono was issued; asking by key finds it, in the same request",
  async (fault) => {
    const id = await quote();
    await kit.institutions.bono.fail(fault, { times: 1 });
    const answer = await issue("k", id);
    expect(answer.body).toMatchObject({ outcome: "ok", result: { folio: expect.any(String) } });
    expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
    expect(issues()).toBe(1);
  },
);

test.each<[Fault, string]>([
  ["error-500", "institution.failing"],
  ["html", "institution.web-page"],
])("%s: nothing is known for sure, and nothing is sent again by itself", async (fault, code) => {
  const id = await quote();
  await kit.institutions.bono.fail(fault);
  expect((await issue("k", id)).body).toMatchObject({ outcome: "unknown", error: { code } });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(0);
  expect(issues()).toBe(1);

  await kit.institutions.bono.restore();
  expect((await kit.kiosk.state("k")).body).toMatchObject({ state: "unknown" });
  expect(issues()).toBe(1);
  expect((await issue("k", id)).body).toMatchObject({ outcome: "ok" });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
});

test("refused connections: certainly nothing happened, and the same key may be tried again", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("down");
  expect((await issue("k", id)).body).toMatchObject({ outcome: "error", error: { code: "institution.unreachable" } });
  await kit.institutions.bono.restore();
  expect((await issue("k", id)).body).toMatchObject({ outcome: "ok" });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
});

test("a refusal by the institution is final for its key", async () => {
  const id = await quote();
  const wrong = await kit.kiosk.submit("k", "fonasa.bono.issue", bonoInput(id, 1));
  expect(wrong.body).toMatchObject({ outcome: "error", error: { code: "fonasa.amount-mismatch" } });
  expect(await kit.kiosk.submit("k", "fonasa.bono.issue", bonoInput(id, 1))).toEqual(wrong);
  expect(issues()).toBe(1);
  expect((await kit.kiosk.state("k")).body).toMatchObject({ state: "failed" });
});

test("a quote that has run out is told as such", async () => {
  const id = await quote();
  await kit.clock.advance(16 * 60 * 1000);
  expect((await issue("k", id)).body).toMatchObject({ outcome: "error", error: { code: "fonasa.quote-expired" } });
});

test("a time-out after the effect: unknown is resolved by asking, and there is exactly one bono", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("slow", { times: 1, milliseconds: 60_000 });
  const answering = issue("k", id);
  await expect.poll(issues).toBe(1);
  expect((await kit.kiosk.state("k")).body).toEqual({ state: "working" });
  await kit.clock.advance(12_000);
  expect((await answering).body).toMatchObject({ outcome: "ok" });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
});

test("a request that lies around is not called failed while it may still take effect", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("late", { times: 1, milliseconds: 30_000 });
  const answering = issue("k", id);
  await expect.poll(issues).toBe(1);
  await kit.clock.advance(12_000);
  expect((await answering).body).toMatchObject({ outcome: "unknown", error: { code: "institution.no-answer" } });
  expect((await kit.kiosk.state("k")).body).toMatchObject({ state: "unknown" });
  await kit.clock.advance(18_000);
  await expect.poll(async () => (await kit.kiosk.state("k")).body).toMatchObject({ state: "done" });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
});

test("what the institution never received is failed once it cannot arrive any more", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("error-500");
  await issue("k", id);
  await kit.institutions.bono.restore();
  await kit.clock.advance(46_000);
  await expect
    .poll(async () => (await kit.kiosk.state("k")).body)
    .toMatchObject({
      state: "failed",
      answer: { outcome: "error", error: { code: "institution.not-received" } },
    });
});

test("the gateway settles an unknown by itself, without a kiosk asking", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("drop-answer");
  expect((await issue("k", id)).body).toMatchObject({ outcome: "unknown" });
  await kit.institutions.bono.restore();
  await kit.clock.advance(5_000);
  await expect
    .poll(() => kit.logged.filter(({ event }) => event === "gateway.submission-reconciled").map(({ fields }) => fields))
    .toEqual([{ kiosk: "kiosk-7", key: "k", operation: "fonasa.bono.issue", state: "done" }]);
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
});

test("a lost answer and a restart: the next gateway asks by key and finds the one bono", async () => {
  const id = await quote();
  await kit.institutions.bono.fail("drop-answer");
  expect((await issue("k", id)).body).toMatchObject({ outcome: "unknown" });
  await kit.institutions.bono.restore();
  await kit.restart();
  expect((await issue("k", id)).body).toMatchObject({ outcome: "ok" });
  expect(kit.institutions.bono.ledger.issued).toHaveLength(1);
  expect(issues()).toBe(1);
});

test("a request that lasts longer than it is held open is told as working, and can be asked for", async () => {
  await kit.stop();
  kit = await startGatewayKit({ deadlines: { hold: 1_000 } });
  const id = await quote();
  await kit.institutions.bono.fail("slow", { times: 1, milliseconds: 5_000 });
  const answering = issue("k", id);
  await expect.poll(issues).toBe(1);
  await kit.clock.advance(1_000);
  expect(await answering).toMatchObject({
    status: 202,
    body: { outcome: "unknown", error: { code: "gateway.working" } },
  });
  const again = issue("k", id);
  await kit.clock.advance(4_000);
  await expect.poll(async () => (await kit.kiosk.state("k")).body).toMatchObject({ state: "done" });
  await again;
  expect(issues()).toBe(1);
});

test("an annulment whose answer is lost is found by its key and happens once", async () => {
  const bono = (await issue("k", await quote())).body as { result?: unknown };
  const { folio } = bono.result as { folio: string };
  await kit.institutions.bono.fail("drop-answer", { times: 1 });
  expect((await kit.kiosk.submit("a", "fonasa.bono.annul", { folio })).body).toEqual({
    outcome: "ok",
    result: { annulled: true },
  });
  expect(kit.institutions.bono.ledger.annulled).toHaveLength(1);
});

test("an unknown folio cannot be annulled", async () => {
  expect((await kit.kiosk.submit("a", "fonasa.bono.annul", { folio: "999" })).body).toMatchObject({
    outcome: "error",
    error: { code: "fonasa.bono-unknown", who: "attendant" },
  });
});

test("when its time is over the answer is deleted, and the institution is asked for it again", async () => {
  const id = await quote();
  const first = await issue("k", id);
  await kit.clock.advance(74 * 60 * 60 * 1000);
  expect(kit.logged).toContainEqual(expect.objectContaining({ event: "gateway.purged" }));
  const lookUps = () =>
    kit.institutions.bono.exchanges.filter(({ method, path }) => method === "GET" && path === "/v1/bonos").length;
  expect(lookUps()).toBe(0);
  const again = await issue("k", id);
  expect(again.body).toEqual({
    ...first.body,
    result: { ...(first.body as unknown as { result: object }).result, verificationUrl: expect.any(String) },
  });
  expect(lookUps()).toBe(1);
  expect(issues()).toBe(1);
});
