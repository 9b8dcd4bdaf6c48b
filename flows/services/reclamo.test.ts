import { beforeEach, expect, test } from "vitest";
import type { Intent, Screen } from "../../base/contracts/view.ts";
import { done } from "../../base/outcome.ts";
import { assertOk } from "../../base/result.ts";
import { loadServices } from "../node/load-services.ts";
import { TestKiosk } from "../testing/kiosk.ts";
import { CEDULA } from "../testing/people.ts";
import { HANG } from "../testing/scripted-ports.ts";

const services = assertOk(await loadServices(), "the services");
const typed = (value: string): Intent => ({ type: "SUBMIT", value });
const chosen = (...options: string[]): Intent => ({ type: "CHOOSE", options });

let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk(services);
  kiosk.ports.script("scan", done(CEDULA), HANG);
  await kiosk.open("chileatiende/reclamo");
  await kiosk.act("CONTINUE", "ACCEPT");
});

const rows = () => (kiosk.view.screen as Extract<Screen, { kind: "review" }>).rows.map(({ id, value }) => [id, value]);
const filed = () => (kiosk.ports.detail("chileatiende.reclamo.file") as { input: object }).input;

test("a complaint is told, checked, sent and printed with its number", async () => {
  await kiosk.act(typed("20-11-2026"), chosen("cobro", "espera"), typed("$ 12.500"), "SCAN", "SCAN", "CONTINUE");
  await kiosk.act(typed("Picarte"), typed("100"), "SKIP", typed("Valdivia"), typed("Esperé dos horas."));
  expect(rows()).toEqual([
    ["run", "12.345.678-5"],
    ["attended", "20 de noviembre de 2026"],
    ["reasons", "Esperé demasiado y Me cobraron de más"],
    ["charged", "$12.500"],
    ["bill", "2 hojas"],
    ["home", "Picarte 100, Valdivia"],
    ["account", "Esperé dos horas."],
  ]);
  await kiosk.act("CONFIRM", { type: "SELECT", option: "7" });
  expect(filed()).toEqual({
    run: "12345678-5",
    attendedOn: "2026-11-20",
    reasons: ["espera", "cobro"],
    charged: 12_500,
    account: "Esperé dos horas.",
    address: { street: "Picarte", number: "100", commune: { code: "14101", name: "Valdivia" } },
    attachments: [
      { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 4_000 },
      { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 4_000 },
    ],
  });
  const paper = JSON.stringify(kiosk.ports.detail("print-claim-1"));
  for (const words of [
    "700001",
    "Esperé demasiado",
    "Me cobraron de más",
    "$12.500",
    "2 hojas",
    "Picarte 100, Valdivia",
  ])
    expect(paper).toContain(words);
  expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered", reference: { value: "700001" } });
});

test("who has no bill goes on without, and nothing is attached", async () => {
  await kiosk.act(typed("20-11-2026"), chosen("cobro"), typed("$ 12.500"), "SKIP");
  await kiosk.act(typed("Picarte"), typed("100"), "SKIP", typed("Valdivia"), "SKIP", "CONFIRM");
  expect(filed()).not.toHaveProperty("attachments");
});

test("who was not charged is not asked how much, and what was passed over is not sent", async () => {
  await kiosk.act(typed("20-11-2026"), chosen("trato"));
  await kiosk.act(typed("Camino a Niebla"), "SKIP", "SKIP", typed("Valdivia"), "SKIP");
  expect(rows()).not.toContainEqual(["charged", expect.anything()]);
  expect(rows()).toContainEqual(["account", ""]);
  await kiosk.act("CONFIRM");
  expect(filed()).not.toHaveProperty("charged");
  expect(filed()).not.toHaveProperty("account");
});

test.each([
  ["24-11-2026", "La fecha no puede ser después del 23 de noviembre de 2026. Revise el día, el mes y el año."],
  ["22-11-2025", "La fecha no puede ser antes del 23 de noviembre de 2025. Revise el día, el mes y el año."],
  ["31-04-2026", "Ese día no existe: abril de 2026 tiene 30 días. Revise el día."],
])("the day %s is not taken, and the page says why", async (day, says) => {
  await kiosk.act(typed(day));
  expect(kiosk.view.screen).toMatchObject({ kind: "ask", value: day, problem: { text: says } });
  expect(kiosk.view.audio[0]?.text).toBe(says);
});
