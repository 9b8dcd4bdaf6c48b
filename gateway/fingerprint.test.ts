import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { syntheticTemplate } from "../simulators/fingerprint-reader/templates.ts";
import { bytesAtRest, type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

const RUN = "12345678-5";
const OTHER = "11111111-1";
/** Nobody at the Registro Civil has it. */
const STRANGER = "33333333-3";
let kit: GatewayKit;

beforeAll(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.institutions.fingerprints.restore());

afterAll(() => kit.stop());

const finger = (owner: string) => Buffer.from(syntheticTemplate(owner)).toString("base64");

const verify = async (input: object = {}) =>
  (
    await kit.kiosk.query("identity.fingerprint.verify", {
      ...{ run: RUN, finger: "right-thumb", template: finger(RUN) },
      ...input,
    })
  ).body;

test.each([
  ["the person's own finger", {}, "match"],
  ["another person's finger", { template: finger(OTHER) }, "no-match"],
  ["a person whose fingers nobody keeps", { run: STRANGER }, "not-known"],
])("%s", async (_whose, input, answer) => {
  expect(await verify(input)).toEqual({ outcome: "ok", result: { answer } });
});

test("the institution is told the finger by its number in ISO/IEC 19794-2", async () => {
  for (const thumb of ["right-thumb", "left-thumb"]) await verify({ finger: thumb });
  const told = kit.institutions.fingerprints.exchanges.slice(-2).map(({ body }) => JSON.parse(body));
  expect(told.map(({ position }) => position)).toEqual([1, 6]);
});

test.each([
  ["down", "institution.unreachable"],
  ["error-500", "institution.failing"],
  ["html", "institution.web-page"],
  ["malformed", "institution.malformed"],
  ["drop-answer", "institution.answer-lost"],
] as const)("%s is no answer about the person", async (fault, code) => {
  await kit.institutions.fingerprints.fail(fault);
  expect(await verify()).toMatchObject({ outcome: "error", error: { code } });
});

test.each([
  ["no template", { template: "" }],
  ["something that is no base64", { template: "not base64!" }],
  ["a template without end", { template: "QUJD".repeat(5_000) }],
  ["a finger that no kiosk asks for", { finger: "right-toe" }],
])("%s is refused before anybody hears of it", async (_what, input) => {
  const before = kit.institutions.fingerprints.exchanges.length;
  expect(await verify(input)).toMatchObject({ outcome: "error", error: { code: "common.bad-input" } });
  expect(kit.institutions.fingerprints.exchanges).toHaveLength(before);
});

test("nothing of a finger is logged or stored, whatever becomes of it", async () => {
  await verify();
  await kit.institutions.fingerprints.fail("malformed");
  await verify();
  await verify({ template: `${finger(RUN)}*` });
  const traces = [finger(RUN).slice(8, 40), Buffer.from(syntheticTemplate(RUN)).toString("latin1").slice(8, 40)];
  const kept = JSON.stringify(kit.logged) + bytesAtRest(kit.directory);
  for (const trace of traces) expect(kept).not.toContain(trace);
  expect(JSON.stringify(kit.logged)).toContain("identity.fingerprint.verify");
});
