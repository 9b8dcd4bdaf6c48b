import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { child, parseXml } from "../../simulators/institutions/xml.ts";
import { type GatewayKit, startGatewayKit } from "../../tests/support/gateway-kit.ts";

const NAMESPACE = "http://certificadorprevisional.fonasa.gov.cl.ws/";
let kit: GatewayKit;

beforeAll(async () => {
  kit = await startGatewayKit();
});

afterEach(async () => {
  kit.institutions.certificador.leaveOutOptional(false);
  await kit.institutions.certificador.restore();
});

afterAll(() => kit.stop());

async function affiliation(run: string) {
  return (await kit.kiosk.query("fonasa.affiliation", { run })).body;
}

test("the request on the wire has the published namespace, elements and order", async () => {
  await affiliation("1000005-K");
  const arrived = kit.institutions.certificador.exchanges.at(-1);
  expect(arrived?.path).toBe("/Certificados/Previsional");
  expect(arrived?.headers).toMatchObject({
    "content-type": expect.stringMatching(/^text\/xml; *charset=utf-8$/i),
    soapaction: `"${NAMESPACE}getCertificadoPrevisional"`,
  });
  const envelope = parseXml(arrived?.body ?? "");
  expect([envelope.namespace, envelope.name]).toEqual(["http://schemas.xmlsoap.org/soap/envelope/", "Envelope"]);
  const operation = child(envelope, "Body")?.children[0];
  expect([operation?.namespace, operation?.name]).toEqual([NAMESPACE, "getCertificadoPrevisional"]);
  const query = child(operation, "query");
  const all = [query, ...(query?.children ?? []), ...(child(query, "queryTO")?.children ?? [])];
  expect(new Set(all.map((element) => element?.namespace))).toEqual(new Set([NAMESPACE]));
  expect(query?.children.map(({ name, text }) => [name, text])).toEqual([
    ["queryTO", ""],
    ["entidad", "99999999"],
    ["claveEntidad", "demo"],
    ["rutBeneficiario", "1000005"],
    ["dgvBeneficiario", "K"],
    ["canal", "10"],
  ]);
  expect(child(query, "queryTO")?.children.map(({ name, text }) => [name, text])).toEqual([
    ["tipoEmisor", "10"],
    ["tipoUsuario", "1"],
  ]);
});

test.each([
  ["1000005-K", { active: true, tramo: "A", isapre: null }],
  ["12345678-5", { active: true, tramo: "B", isapre: null }],
  [
    "10000013-K",
    { active: true, tramo: "C", isapre: null, beneficiary: { run: "10000013-K", name: "ÓSCAR ANDRÉS QUIÑONES AÇUÑA" } },
  ],
  ["7654321-6", { active: true, tramo: "D", isapre: null }],
  ["22222222-2", { active: false, tramo: null, isapre: "ISAPRE DE PRUEBA" }],
  ["44444444-4", { active: false, tramo: "B", isapre: null }],
])("%s is told as what they are", async (run, expected) => {
  expect(await affiliation(run)).toMatchObject({ outcome: "ok", result: expected });
});

test.each(["12345678-5", "22222222-2", "44444444-4"])(
  "%s is read the same when every optional element is left out",
  async (run) => {
    const full = await affiliation(run);
    kit.institutions.certificador.leaveOutOptional(true);
    const sparse = await affiliation(run);
    expect(sparse).toMatchObject({ outcome: "ok", result: { beneficiary: { run } } });
    expect(withoutName(sparse)).toEqual(withoutName(full));
  },
);

function withoutName(answer: unknown): Record<string, unknown> {
  const { result } = answer as { result: Record<string, unknown> };
  const { beneficiary: _beneficiary, ...rest } = result;
  return rest;
}

test("a person whom FONASA does not know ends with the state number", async () => {
  expect(await affiliation("33333333-3")).toMatchObject({
    outcome: "error",
    error: { code: "fonasa.query-refused", message: expect.stringContaining("estado -4"), who: "citizen" },
  });
});

test.each([
  ["error-500", "institution.failing"],
  ["html", "institution.web-page"],
  ["malformed", "institution.malformed"],
  ["soap-fault", "institution.fault"],
  ["drop-answer", "institution.answer-lost"],
  ["down", "institution.unreachable"],
] as const)("%s ends as %s", async (fault, code) => {
  await kit.institutions.certificador.fail(fault);
  expect(await affiliation("12345678-5")).toMatchObject({ outcome: "error", error: { code, who: "supplier" } });
});

test("a slow answer ends at the deadline, not later", async () => {
  const { certificador } = kit.institutions;
  const before = certificador.exchanges.length;
  await certificador.fail("slow", { milliseconds: 60_000 });
  const asked = affiliation("12345678-5");
  await expect.poll(() => certificador.exchanges.length).toBe(before + 1);
  await kit.clock.advance(10_000);
  expect(await asked).toMatchObject({ outcome: "error", error: { code: "institution.no-answer" } });
});

test("a repeated question after a failure is answered", async () => {
  await kit.institutions.certificador.fail("malformed", { times: 1 });
  expect(await affiliation("12345678-5")).toMatchObject({ outcome: "error" });
  expect(await affiliation("12345678-5")).toMatchObject({ outcome: "ok" });
});
