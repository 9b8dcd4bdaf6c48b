import { renderSVG } from "uqr";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesAtRest, type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

const RUN = "12345678-5";
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

async function query<T>(operation: string, input: unknown): Promise<T> {
  const { body } = await kit.kiosk.query(operation, input);
  expect(body).toMatchObject({ outcome: "ok" });
  return (body as unknown as { result: T }).result;
}

async function submit<T>(key: string, operation: string, input: unknown): Promise<T> {
  const { body } = await kit.kiosk.submit(key, operation, input);
  expect(body).toMatchObject({ outcome: "ok" });
  return (body as unknown as { result: T }).result;
}

type Turn = { folio: string; number: string; ahead: number; url: string };
const take = (key: string, preferential = false) =>
  submit<Turn>(key, "attention.turn.take", { queue: "general", preferential });

describe("a queue", () => {
  test("tells how many wait, gives a number after them, and lets those go first who must", async () => {
    const { queues } = await query<{ queues: { queue: string; waiting: number }[] }>("attention.queues", {});
    expect(queues.find(({ queue }) => queue === "general")).toMatchObject({
      waiting: 7,
      minutes: 28,
      preferential: true,
    });
    expect(await take("a")).toMatchObject({ number: "A-048", ahead: 7 });
    expect(await take("b", true)).toMatchObject({ number: "A-049", ahead: 0 });
  });

  test("gives one place for one key: also when the answer was lost, and after a restart", async () => {
    await kit.institutions.atencion.fail("drop-answer", { times: 1 });
    const first = await take("a");
    await kit.restart();
    expect(await take("a")).toEqual({ ...first, url: expect.stringContaining(first.folio) });
    expect(kit.institutions.atencion.office.turns).toHaveLength(1);
  });

  test("that closed meanwhile refuses, and nothing is taken", async () => {
    for (const queue of kit.institutions.atencion.office.queues) queue.closed = true;
    const { body } = await kit.kiosk.submit("a", "attention.turn.take", { queue: "general", preferential: false });
    expect(body).toMatchObject({ outcome: "error", error: { code: "attention.queue-closed" } });
  });

  test("is followed on a phone by the code alone, until the number is called", async () => {
    const { folio, number } = await take("a", true);
    const page = await kit.phone.text("GET", `/t/${folio}`);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining("Usted es la persona que sigue") });
    expect(page.body).toContain(number);
    kit.institutions.atencion.office.callNext();
    expect((await kit.phone.text("GET", `/t/${folio.toLowerCase()}`)).body).toContain("Ya llamaron su número");
    expect((await kit.phone.text("GET", "/t/NOBODY99")).status).toBe(404);
  });
});

describe("an appointment", () => {
  type Slots = { slots: { slot: string; date: string; time: string }[] };
  const matter = "atencion-general";

  test("is booked once; who comes later for the same hour is told that it was taken", async () => {
    const { slots } = await query<Slots>("attention.slots", { matter });
    const slot = slots[0]?.slot;
    const booked = await submit<{ folio: string }>("a", "attention.appointment.book", { slot, matter, run: RUN });
    expect(await submit("a", "attention.appointment.book", { slot, matter, run: RUN })).toEqual(booked);
    const { body } = await kit.otherKiosk.submit("a", "attention.appointment.book", { slot, matter, run: RUN });
    expect(body).toMatchObject({ outcome: "error", error: { code: "attention.slot-taken" } });
    const { slots: left } = await query<Slots>("attention.slots", { matter });
    expect(left.map((one) => one.slot)).not.toContain(slot);
    const link = await submit<{ code: string }>("l", "delivery.link", { document: booked.folio });
    const page = await kit.phone.text("POST", `/d/${link.code}`);
    expect(page.body).toContain(slots[0]?.time);
    expect(page.body).not.toContain("Verificar");
  });
});

describe("cases", () => {
  test("are those of the person; a copy opens once on a phone, and the RUN is in no address", async () => {
    const { cases } = await query<{ cases: { case: string }[] }>("cases.list", { run: RUN });
    expect(cases).toHaveLength(2);
    expect(await query("cases.list", { run: "22222222-2" })).toEqual({ cases: [] });
    const id = cases[0]?.case ?? "";
    expect(await query("cases.status", { run: RUN, case: id })).toMatchObject({
      state: "waits-for-you",
      actor: "citizen",
    });
    const { code } = await submit<{ code: string }>("c", "cases.copy", { run: RUN, case: id });
    expect((await kit.phone.text("POST", `/d/${code}`)).body).toContain("Falta algo de su parte");
    expect((await kit.phone.text("POST", `/d/${code}`)).status).toBe(410);
    const addresses = kit.institutions.atencion.exchanges.map(({ path, query: asked }) => `${path}?${asked}`);
    expect(addresses.join()).not.toContain("12345678");
    expect(JSON.stringify(kit.logged)).not.toContain("12345678");
    expect(bytesAtRest(kit.directory)).not.toContain("12345678");
  });

  test("somebody else's case is not shown", async () => {
    const { body } = await kit.kiosk.query("cases.status", { run: "11111111-1", case: "SUB-2026-004512" });
    expect(body).toMatchObject({ outcome: "error", error: { code: "cases.unknown" } });
  });
});

test("a person who is called knows which kiosk, and the kiosk learns that they come", async () => {
  const { call } = await submit<{ call: string }>("h", "attention.help.call", { service: "chileatiende/turno" });
  expect(kit.institutions.atencion.office.calls).toMatchObject([{ kiosk: "kiosk-7", service: "chileatiende/turno" }]);
  expect(await query("attention.help", { call })).toEqual({ state: "waiting" });
  await kit.institutions.atencion.actions.comeToHelp?.run({});
  expect(await query("attention.help", { call })).toEqual({ state: "coming" });
});

describe("a case that goes on elsewhere", () => {
  const draft = {
    service: "test/mini",
    title: "Subsidio",
    fields: [{ name: "email", label: "Su correo", value: "canary@example.cl" }],
  };
  const claim = async (key: string, code: string, service = "test/mini") =>
    (await kit.kiosk.submit(key, "hand-off.claim", { service, code })).body;

  test("opens once on the phone, is corrected there, and comes back to a kiosk once by the code of the phone", async () => {
    const { url, code } = await submit<{ url: string; code: string }>("a", "hand-off.to-phone", draft);
    expect(url).toBe(`${kit.url}/b/${code}`);
    expect(bytesAtRest(kit.directory)).not.toContain("canary");
    expect((await kit.phone.text("GET", `/b/${code}`)).body).not.toContain("canary");
    const form = await kit.phone.text("POST", `/b/${code}`);
    expect(form.body).toContain('value="canary@example.cl"');
    expect((await kit.phone.text("POST", `/b/${code}`)).status).toBe(410);
    const action = /action="([^"]+)"/.exec(form.body)?.[1] ?? "";
    const saved = await kit.phone.form(action, { email: "new@example.cl", other: "x" });
    const back = /<strong>(\w+)<\/strong>/.exec(saved.body)?.[1] ?? "";
    expect(saved.body).toContain(renderSVG(`${kit.url}/b/${back}`));
    expect(await claim("b", back, "test/other")).toMatchObject({ error: { code: "hand-off.absent" } });
    const claimed = { outcome: "ok", result: { fields: { email: "new@example.cl" } } };
    expect(await claim("c", ` ${back.toLowerCase()} `)).toEqual(claimed);
    expect(await claim("c", ` ${back.toLowerCase()} `)).toEqual(claimed);
    expect(await claim("d", back)).toMatchObject({ outcome: "error", error: { code: "hand-off.used" } });
  });

  test("is no longer there after its time, and a wrong code is nothing", async () => {
    const { code } = await submit<{ code: string }>("a", "hand-off.to-phone", draft);
    await kit.clock.advance(25 * 60 * 60 * 1000);
    expect(await claim("b", code)).toMatchObject({
      error: { code: expect.stringMatching(/hand-off\.(expired|absent)/) },
    });
    expect(await claim("c", "WRONG234")).toMatchObject({ error: { code: "hand-off.absent" } });
    expect((await kit.phone.text("GET", `/d/${code}`)).status).toBe(404);
  });
});
