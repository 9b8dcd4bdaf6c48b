import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SUBMISSIONS } from "../base/contracts/gateway.ts";
import { type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

const OPERATION = "chileatiende.reclamo.file";
const COMPLAINT = {
  run: "12345678-5",
  attendedOn: "2026-11-20",
  reasons: ["espera", "cobro"],
  charged: 12_500,
  address: { street: "Picarte", number: "100", commune: { code: "14101", name: "Valdivia" } },
};

let kit: GatewayKit;
beforeAll(async () => {
  kit = await startGatewayKit();
});
afterEach(() => kit.institutions.reclamos.restore());
afterAll(() => kit.stop());

test("a complaint is filed once per key, as it was told, and answered in the contract's form", async () => {
  const first = await kit.kiosk.submit("j1/issue-1", OPERATION, COMPLAINT);
  const again = await kit.kiosk.submit("j1/issue-1", OPERATION, COMPLAINT);
  expect(again.body).toEqual(first.body);
  const { result } = first.body as { readonly result?: unknown };
  expect(SUBMISSIONS[OPERATION].result.parse(result)).toMatchObject({ run: COMPLAINT.run, folio: "700001" });
  expect(kit.institutions.reclamos.complaints).toEqual([COMPLAINT]);
});

test("one of somebody whom the register does not know is refused for good", async () => {
  const { body } = await kit.kiosk.submit("j2/issue-1", OPERATION, { ...COMPLAINT, run: "9999999-3" });
  expect(body).toMatchObject({ outcome: "error", error: { code: "chileatiende.person-unknown", who: "citizen" } });
});

test("one without a reason never leaves the gateway", async () => {
  const filed = kit.institutions.reclamos.complaints.length;
  const { status } = await kit.kiosk.submit("j3/issue-1", OPERATION, { ...COMPLAINT, reasons: [] });
  expect(status).toBe(400);
  expect(kit.institutions.reclamos.complaints).toHaveLength(filed);
});
