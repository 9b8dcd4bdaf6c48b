import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { QUERIES } from "../base/contracts/gateway.ts";
import { type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

const RUN = "12345678-5";
let kit: GatewayKit;

beforeAll(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.institutions.bono.restore());

afterAll(() => kit.stop());

test.each([
  ["fonasa.affiliation", { run: RUN }],
  ["fonasa.prestaciones", {}],
  ["fonasa.providers", { prestacion: "0101001" }],
  ["fonasa.quote", { run: RUN, prestacion: "0101001", provider: "76000003-5" }],
] as const)("%s answers in the contract's form", async (operation, input) => {
  const { body } = await kit.kiosk.query(operation, input);
  expect(body.outcome).toBe("ok");
  expect(QUERIES[operation].result.safeParse((body as { result?: unknown }).result).error).toBeUndefined();
});

test("the copago grows with the provider's level, FONASA's part does not", async () => {
  const quotes = await Promise.all(
    ["76000001-9", "76000003-5", "76000005-1"].map((provider) =>
      kit.kiosk.query("fonasa.quote", { run: RUN, prestacion: "0101001", provider }),
    ),
  );
  expect(quotes.map(({ body }) => (body as { result?: unknown }).result)).toMatchObject([
    { bonus: 7_950, copago: 5_300 },
    { bonus: 7_950, copago: 9_270 },
    { bonus: 7_950, copago: 13_250 },
  ]);
});

test.each([
  ["tramo A", { run: "1000005-K" }, "fonasa.not-eligible"],
  ["a person of an Isapre", { run: "22222222-2" }, "fonasa.not-eligible"],
  ["a person who is not active", { run: "44444444-4" }, "fonasa.not-eligible"],
  ["an unknown prestación", { prestacion: "0000000" }, "fonasa.prestacion-unknown"],
  ["a provider without that prestación", { provider: "76000004-3" }, "fonasa.provider-unknown"],
])("no quote for %s", async (_who, change, code) => {
  const input = { run: RUN, prestacion: "0101001", provider: "76000001-9", ...change };
  expect((await kit.kiosk.query("fonasa.quote", input)).body).toMatchObject({ outcome: "error", error: { code } });
});

test.each([
  ["error-500", "institution.failing"],
  ["html", "institution.web-page"],
  ["malformed", "institution.malformed"],
  ["drop-answer", "institution.answer-lost"],
  ["down", "institution.unreachable"],
] as const)("%s ends as %s", async (fault, code) => {
  await kit.institutions.bono.fail(fault);
  expect((await kit.kiosk.query("fonasa.prestaciones", {})).body).toMatchObject({ outcome: "error", error: { code } });
});

test.each([
  ["no body", undefined, "body"],
  ["no input", {}, "input"],
  ["a field too many", { input: { run: RUN, more: 1 } }, "body"],
  ["a RUN with points", { input: { run: "12.345.678-5" } }, "run"],
])("%s is refused, naming the field", async (_what, body, field) => {
  expect(await kit.kiosk.send("POST", "/v1/queries/fonasa.affiliation", body)).toMatchObject({
    status: 400,
    body: { outcome: "error", error: { code: "common.bad-input", message: expect.stringContaining(field) } },
  });
});

test("an operation that does not exist is refused", async () => {
  for (const operation of ["fonasa.nothing", "toString", "__proto__"]) {
    expect(await kit.kiosk.query(operation, {})).toMatchObject({
      status: 404,
      body: { error: { code: "gateway.unknown-operation" } },
    });
  }
});

test("a body that is too large or not JSON is refused", async () => {
  const large = await kit.kiosk.text("POST", "/v1/queries/fonasa.affiliation", JSON.stringify("x".repeat(70_000)));
  expect(large.status).toBe(413);
  const broken = await kit.kiosk.text("POST", "/v1/queries/fonasa.affiliation", "{");
  expect(broken.status).toBe(400);
  for (const { body } of [large, broken])
    expect(JSON.parse(body)).toMatchObject({ outcome: "error", error: { code: "common.bad-input" } });
});
