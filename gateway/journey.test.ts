import { afterEach, beforeEach, expect, test } from "vitest";
import { SUBMISSIONS } from "../base/contracts/gateway.ts";
import { type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

const RUN = "12345678-5";
let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

test("a citizen is found, quoted, served with a bono and the bono is annulled", async () => {
  const { kiosk, institutions } = kit;
  expect(await kiosk.query("fonasa.affiliation", { run: RUN })).toEqual({
    status: 200,
    body: {
      outcome: "ok",
      result: { beneficiary: { run: RUN, name: "ROSA ELENA MUÑOZ PÉREZ" }, active: true, tramo: "B", isapre: null },
    },
  });
  expect(await kiosk.query("fonasa.prestaciones", {})).toMatchObject({
    body: {
      outcome: "ok",
      result: { prestaciones: expect.arrayContaining([expect.objectContaining({ code: "0101001" })]) },
    },
  });
  expect(await kiosk.query("fonasa.providers", { prestacion: "0101001" })).toMatchObject({
    body: { outcome: "ok", result: { providers: expect.arrayContaining([expect.objectContaining({ level: 1 })]) } },
  });
  const quoted = await kiosk.query("fonasa.quote", { run: RUN, prestacion: "0101001", provider: "76000001-9" });
  expect(quoted.body).toMatchObject({ outcome: "ok", result: { total: 13_250, bonus: 7_950, copago: 5_300 } });
  const quote = (quoted.body as unknown as { result: { quote: string } }).result.quote;

  const issued = await kiosk.submit("journey-1/issue", "fonasa.bono.issue", {
    run: RUN,
    quote,
    payment: { amount: 5_300, ticket: "T1", authorizationCode: "123456" },
  });
  expect(issued).toMatchObject({ status: 200, body: { outcome: "ok" } });
  const bono = SUBMISSIONS["fonasa.bono.issue"].result.parse((issued.body as { result: unknown }).result);
  expect(bono.verificationUrl).toBe(`${kit.url}/v/fonasa/${bono.folio}?c=${bono.verificationCode}`);
  expect(institutions.bono.ledger.issued).toHaveLength(1);

  const annulled = await kiosk.submit("journey-1/annul", "fonasa.bono.annul", { folio: bono.folio });
  expect(annulled.body).toEqual({ outcome: "ok", result: { annulled: true } });
  expect(institutions.bono.ledger.annulled.map(({ folio }) => folio)).toEqual([bono.folio]);
});
