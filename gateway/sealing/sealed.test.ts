import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type SealedContent,
  type SealingKey,
  sealedAnswerSchema,
  sealingOfferSchema,
} from "../../base/contracts/outbox.ts";
import { sealSubmission } from "../../base/node/sealed-submission.ts";
import { REFUSED_TOPIC } from "../../simulators/institutions/contact-desk.ts";
import { type GatewayKit, KIOSK, type KioskClient, startGatewayKit } from "../../tests/support/gateway-kit.ts";
import { gatewayConfigSchema } from "../config.ts";

const DAY = 24 * 3_600_000;
const INPUT = { run: "12345678-5", topic: "Otro tema", phone: "+56912345678" };
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});
afterEach(() => kit.stop());

function content(input: object = INPUT, operation = "chileatiende.contact-request"): SealedContent {
  const acceptedAt = new Date(kit.clock.now() - 3 * DAY).toISOString();
  return { operation, input, reference: "S-1", acceptedAt };
}

async function offer() {
  return sealingOfferSchema.parse((await kit.kiosk.send("GET", "/v1/sealing-keys")).body);
}

async function sealed(key: string, what = content(), by?: SealingKey, kiosk = KIOSK): Promise<string> {
  const [newest] = (await offer()).keys;
  if (newest === undefined) throw new Error("no key is offered");
  return await sealSubmission(by ?? newest, { kiosk, key }, what);
}

async function put(key: string, body: string, kiosk: KioskClient = kit.kiosk) {
  const { status, body: answer } = await kiosk.send("PUT", `/v1/submissions/${encodeURIComponent(key)}`, {
    sealed: body,
  });
  return { status, answer: sealedAnswerSchema.parse(answer) };
}

const received = () => kit.institutions.contactDesk.ledger.received;

test("what waited is carried out once, with the citizen's number and time, however often it comes", async () => {
  const body = await sealed("j/request-1");
  const first = await put("j/request-1", body);
  expect(first).toMatchObject({ status: 200, answer: { outcome: "done", result: { folio: "SC-70001" } } });
  expect(await put("j/request-1", body)).toEqual(first);
  expect(await put("j/request-1", await sealed("j/request-1"))).toEqual(first);
  expect(received()).toHaveLength(1);
  expect(received()[0]).toMatchObject({ ...INPUT, reference: "S-1", madeAt: content().acceptedAt });
});

test("the plain form under the same key is the same submission", async () => {
  await put("k", await sealed("k"));
  expect((await kit.kiosk.submit("k", "chileatiende.contact-request", INPUT)).body).toMatchObject({ outcome: "ok" });
  expect(received()).toHaveLength(1);
});

test("the same key with another content is refused, and does nothing", async () => {
  await put("k", await sealed("k"));
  const other = await put("k", await sealed("k", content({ ...INPUT, topic: "Otro" })));
  expect(other.answer).toMatchObject({ outcome: "refused", error: { code: "gateway.key-conflict" } });
  expect(received()).toHaveLength(1);
});

test("another kiosk cannot replay it, under its own key or under any other", async () => {
  const body = await sealed("k");
  for (const key of ["k", "other"]) {
    const { answer } = await put(key, body, kit.otherKiosk);
    expect(answer).toMatchObject({ outcome: "refused", error: { code: "gateway.seal-broken" } });
  }
  expect((await put("other", body)).answer).toMatchObject({ outcome: "refused" });
  expect(received()).toHaveLength(0);
});

test("an institution that is away: later, under the same key, and then once", async () => {
  const body = await sealed("k");
  await kit.institutions.contactDesk.fail("down");
  expect((await put("k", body)).answer).toMatchObject({ outcome: "later" });
  await kit.institutions.contactDesk.restore();
  await kit.institutions.contactDesk.fail("drop-answer", { times: 1 });
  expect((await put("k", body)).answer).toMatchObject({ outcome: "done" });
  expect(received()).toHaveLength(1);
});

test("a refusal by the institution is for ever", async () => {
  const body = await sealed("k", content({ ...INPUT, topic: REFUSED_TOPIC }));
  const first = await put("k", body);
  expect(first.answer).toMatchObject({ outcome: "refused", error: { code: "institution.request-refused" } });
  expect(await put("k", body)).toEqual(first);
});

test("only what may wait is taken sealed, and only in its form", async () => {
  const bono = content({ folio: "1" }, "fonasa.bono.annul");
  expect((await put("a", await sealed("a", bono))).answer).toMatchObject({
    error: { code: "gateway.unknown-operation" },
  });
  const wrong = content({ run: "12345678-5" });
  expect((await put("b", await sealed("b", wrong))).answer).toMatchObject({
    outcome: "refused",
    error: { code: "common.bad-input" },
  });
});

test("a consent that waited is recorded with the day on which it was given, once", async () => {
  const consent = { run: INPUT.run, purpose: "p", data: ["d"], given: true };
  const given = content(consent, "consent.record");
  const body = await sealed("c", given);
  for (let time = 0; time < 2; time++) expect((await put("c", body)).answer).toMatchObject({ outcome: "done" });
  await kit.restart();
  await kit.clock.advance(4 * DAY);
  // Its answer is purged by now; that it was carried out is not.
  expect((await put("c", body)).answer).toEqual({ outcome: "done", result: null });
  const database = new Database(join(kit.directory, "gateway.db"), { readonly: true });
  expect(database.prepare("SELECT at FROM consents").all()).toEqual([{ at: Date.parse(given.acceptedAt) }]);
  database.close();
});

test("keys: a new one in time, old ones open until their end and are then destroyed; a restart keeps them", async () => {
  await kit.stop();
  kit = await startGatewayKit({ sealing: { newKeyEvery: 2 * DAY, sealFor: 3 * DAY, openFor: 5 * DAY } });
  const [first] = (await offer()).keys;
  const body = await sealed("k", content(), first);
  const late = await sealed("late", content(), first);
  await kit.clock.advance(2.5 * DAY);
  await kit.restart();
  const { keys } = await offer();
  expect(keys).toHaveLength(2);
  expect(keys[1]).toEqual(first);
  await kit.clock.advance(DAY);
  expect((await offer()).keys.map(({ kid }) => kid)).not.toContain(first?.kid);
  expect((await put("k", body)).answer).toMatchObject({ outcome: "done" });
  await kit.clock.advance(2 * DAY);
  expect((await put("late", late)).answer).toMatchObject({
    outcome: "refused",
    error: { code: "gateway.sealing-key-gone" },
  });
  // The key outlives what was sealed to it: who was served once is not served again.
  expect((await put("k", body)).answer).toMatchObject({ outcome: "refused" });
  expect(received()).toHaveLength(1);
});

test("times by which a forgotten submission could still be opened are refused", () => {
  const config = { stateDirectory: "/tmp", institutions: {}, retention: { keys: 70 * DAY } };
  expect(gatewayConfigSchema.safeParse(config).error?.issues[0]?.path).toEqual(["sealing"]);
});

test("which submissions may wait follows the institutions that are configured", async () => {
  expect((await offer()).operations.toSorted()).toEqual([
    "chileatiende.contact-request",
    "consent.record",
    "survey.record",
  ]);
});
