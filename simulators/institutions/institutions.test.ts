import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { PRESTACIONES, PROVIDERS } from "./fonasa-tables.ts";
import { findPerson } from "./registry.ts";
import { type Institutions, startInstitutions } from "./start.ts";

let clock: SimulatedClock;
let institutions: Institutions;

beforeEach(async () => {
  clock = new SimulatedClock();
  institutions = await startInstitutions({ clock });
});

afterEach(() => institutions.stop());

/** Módulo 11, weights 2 to 7 from the right. */
function checkDigit(number: string): string {
  const sum = [...number].reverse().reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  return ["0", "K", "9", "8", "7", "6", "5", "4", "3", "2", "1"][sum % 11] ?? "";
}

function bono(path: string, init: RequestInit = {}) {
  return fetch(institutions.urls.bono + path, {
    ...init,
    headers: { authorization: `Bearer ${institutions.gatewayConfig.fonasa.bono.token}`, ...init.headers },
  });
}

async function quote(): Promise<string> {
  const body = JSON.stringify({ run: "12345678-5", prestacion: "0101001", provider: "76000001-9" });
  const answer = await bono("/v1/quotes", { method: "POST", body });
  return (await answer.json()).quote;
}

function issue(key: string, id: string, ticket = "T") {
  const body = JSON.stringify({
    run: "12345678-5",
    quote: id,
    payment: { amount: 5_300, ticket, authorizationCode: "1" },
  });
  return bono("/v1/bonos", { method: "POST", body, headers: { "idempotency-key": key } });
}

test("an institution that two hands bring back at once is back", async () => {
  await institutions.bono.fail("down");
  await Promise.all([institutions.bono.restore(), institutions.bono.restore()]);
  expect((await bono("/v1/status")).status).toBe(200);
});

test("every provider and every person has a valid check digit", () => {
  const runs = [
    "12345678-5",
    "11111111-1",
    "7654321-6",
    "1000005-K",
    "22222222-2",
    "44444444-4",
    "55555555-5",
    "10000013-K",
  ];
  for (const run of [...PROVIDERS.map(({ rut }) => rut), ...runs]) {
    const [number = "", digit] = run.split("-");
    expect(checkDigit(number), run).toBe(digit);
  }
  for (const run of runs) expect(findPerson(run), run).toBeDefined();
});

test("FONASA never pays more than the value, and the value grows with the level", () => {
  for (const { code, bonus, values } of PRESTACIONES) {
    expect([bonus, ...values], code).toEqual([bonus, ...values].toSorted((a, b) => a - b));
  }
});

test("a bono is issued once per key; the key with another body is a conflict", async () => {
  const id = await quote();
  const first = await issue("k", id);
  const again = await issue("k", id);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(await again.json()).toEqual(await first.json());
  expect((await issue("k", id, "other")).status).toBe(409);
  expect(institutions.bono.ledger.issued).toHaveLength(1);
});

test("a quote buys one bono, for fifteen minutes", async () => {
  const id = await quote();
  await issue("k", id);
  expect(await (await issue("k2", id)).json()).toEqual({ error: "quote-unknown" });
  const late = await quote();
  await clock.advance(15 * 60 * 1000);
  expect(await (await issue("k3", late)).json()).toEqual({ error: "quote-expired" });
});

test("without its token an institution says nothing", async () => {
  expect((await fetch(`${institutions.urls.bono}/v1/prestaciones`)).status).toBe(401);
  expect((await fetch(`${institutions.urls.srcei}/v1/certificates?key=a`)).status).toBe(401);
  expect((await fetch(`${institutions.urls.notify}/v2/notifications?reference=a`)).status).toBe(403);
});

test("the operator cuts a service and brings it back at the same address", async () => {
  const device = institutions.devices.find(({ id }) => id === "fonasa-bono");
  await device?.actions.cut?.run({});
  expect(device?.state.value).toMatchObject({ up: false, fault: "down" });
  await expect(bono("/v1/status")).rejects.toThrow();
  await device?.actions.restore?.run({});
  expect(device?.state.value).toMatchObject({ up: true, fault: null });
  expect((await bono("/v1/status")).status).toBe(200);
});

test("the operator's faults strike as often as they were told to, and not the probes", async () => {
  const device = institutions.bono;
  await device.actions.fail?.run({ fault: "html", times: 1 });
  expect((await bono("/v1/status")).headers.get("content-type")).toContain("json");
  expect((await bono("/v1/prestaciones")).headers.get("content-type")).toContain("html");
  expect((await bono("/v1/prestaciones")).headers.get("content-type")).toContain("json");
});

test("the operator is told what is wrong with a parameter", async () => {
  const { certificador, bono: issuing } = institutions;
  expect(() => certificador.actions.fail?.run({ fault: "duplicate-key", times: 1 })).toThrow("duplicate-key");
  expect(() => issuing.actions.slow?.run({ milliseconds: -1 })).toThrow("milliseconds");
});

test("the outbox is on the operator's side", () => {
  expect(institutions.notify.state.value).toMatchObject({ outbox: [] });
});
