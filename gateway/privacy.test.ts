import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../base/node/system-clock.ts";
import { bytesAtRest, type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";
import { openStore } from "./store/database.ts";
import { Records } from "./store/records.ts";

const RUN = "12345678-5";
/** What must be nowhere: the number in every writing, name, birth date, e-mail address. */
const CANARIES = /12345678|12\.345\.678|ROSA ELENA|MUÑOZ|MU\\u00d1OZ|PÉREZ|1974-08-12|canary@example/i;
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

async function everything(): Promise<void> {
  const { kiosk, phone, institutions } = kit;
  await kiosk.query("fonasa.affiliation", { run: RUN });
  const quoted = await kiosk.query("fonasa.quote", { run: RUN, prestacion: "0101001", provider: "76000001-9" });
  const { quote, copago } = (quoted.body as unknown as { result: { quote: string; copago: number } }).result;
  const payment = { amount: copago, ticket: "T", authorizationCode: "1" };
  await kiosk.submit("bono", "fonasa.bono.issue", { run: RUN, quote, payment });
  const issued = await kiosk.submit("cert", "srcei.birth-certificate", { run: RUN, use: "matricula" });
  const { folio } = (issued.body as unknown as { result: { folio: string } }).result;
  const made = await kiosk.submit("link", "delivery.link", { document: folio });
  await phone.text("POST", `/d/${(made.body as unknown as { result: { code: string } }).result.code}`);
  await kiosk.submit("link-2", "delivery.link", { document: folio });
  await kiosk.submit("mail", "delivery.email", { document: folio, address: "canary@example.cl" });
  await kiosk.submit("consent", "consent.record", { run: RUN, purpose: "issue", data: ["names"], given: true });
  for (const fault of ["error-500", "html", "malformed", "soap-fault", "drop-answer", "down"] as const) {
    await institutions.certificador.fail(fault);
    await kiosk.query("fonasa.affiliation", { run: RUN });
  }
  await institutions.bono.fail("malformed");
  await kiosk.submit("lost", "fonasa.bono.issue", { run: RUN, quote, payment });
  // What is wrong, sent by a kiosk of another version.
  await kiosk.query("fonasa.affiliation", { run: RUN, [RUN]: RUN });
  await kiosk.query(RUN, { run: RUN });
  await kiosk.submit("x", RUN, { run: RUN });
  await kiosk.text("POST", `/v1/queries/fonasa.affiliation?run=${RUN}`, `{"input": ${RUN}`);
  await kiosk.text("GET", `/v1/${RUN}`);
  await phone.text("GET", `/v/fonasa/${RUN}?c=${RUN}`);
}

test("no log line holds anything of the citizen", async () => {
  await everything();
  expect(kit.logged.length).toBeGreaterThan(15);
  expect(JSON.stringify(kit.logged)).not.toMatch(CANARIES);
});

test("no answer of a failure repeats what was sent", async () => {
  const { kiosk } = kit;
  const answers = [
    await kiosk.query("fonasa.affiliation", { run: RUN, [RUN]: RUN }),
    await kiosk.query(RUN, {}),
    await kiosk.submit("x", RUN, {}),
    await kiosk.query("fonasa.affiliation", { run: `${RUN}${RUN}` }),
  ];
  for (const { body } of answers) {
    expect(body.outcome).toBe("error");
    expect(JSON.stringify(body)).not.toMatch(CANARIES);
  }
});

test("nothing of the citizen can be read in the database files", async () => {
  await everything();
  expect(bytesAtRest(kit.directory)).not.toMatch(CANARIES);
  expect(statSync(join(kit.directory, "store.key")).mode & 0o777).toBe(0o600);
});

test("a consent can be proved: who, when, how, which procedure, which data", async () => {
  const consent = {
    run: RUN,
    purpose: "Emitir el certificado",
    data: ["nombre", "inscripción"],
    given: true,
    procedure: "srcei/certificado-nacimiento",
    identifiedBy: "cedula",
  };
  expect((await kit.kiosk.submit("consent", "consent.record", consent)).body).toEqual({
    outcome: "ok",
    result: { recorded: true },
  });
  await kit.kiosk.submit("consent", "consent.record", consent);
  await kit.kiosk.submit("other", "consent.record", { run: "11111111-1", purpose: "p", data: [], given: false });
  const store = openStore(kit.directory);
  const records = new Records(store, systemClock);
  expect(records.consentsOf(RUN)).toEqual([{ at: kit.clock.now(), kiosk: "kiosk-7", consent }]);
  expect(records.consentsOf("11111111-1")).toMatchObject([{ consent: { given: false } }]);
  store.database.close();
});

test("a survey grade and an incident are kept, once each, without a person", async () => {
  for (let time = 0; time < 2; time++) {
    await kit.kiosk.submit("s", "survey.record", { service: "fonasa/bono-atencion", grade: 6 });
    await kit.kiosk.submit("i", "incident.record", {
      number: "K7-000123",
      kind: "paid-not-delivered",
      amount: 5_300,
      effects: ["charge-1", "issue-1"],
    });
  }
  const store = openStore(kit.directory);
  expect(store.database.prepare("SELECT kiosk, service, grade FROM surveys").all()).toEqual([
    { kiosk: "kiosk-7", service: "fonasa/bono-atencion", grade: 6 },
  ]);
  expect(store.database.prepare("SELECT number, kind, amount, effects FROM incidents").all()).toEqual([
    { number: "K7-000123", kind: "paid-not-delivered", amount: 5_300, effects: '["charge-1","issue-1"]' },
  ]);
  store.database.close();
});
