import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { assertOk } from "../../base/result.ts";
import type { ReceiptDocument } from "../../drivers/receipt-printer/document.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { loadServices } from "../node/load-services.ts";
import { select, TestKiosk } from "../testing/kiosk.ts";
import { AFFILIATION, ANSWERS, BONO, CEDULA, DECLINED } from "../testing/people.ts";
import { HANG } from "../testing/scripted-ports.ts";

const LOST = coded("link.lost", "test");
const NO = failed(LOST);
const UNKNOWN = uncertain(LOST);

let services: CompiledService[];
let kiosk: TestKiosk;
beforeAll(async () => {
  services = assertOk(await loadServices(), "the services");
});
beforeEach(() => {
  kiosk = new TestKiosk(services);
});

async function toReview(): Promise<void> {
  await kiosk.open("fonasa/bono-atencion");
  await kiosk.act("CONTINUE", "ACCEPT", select("0101001"), select("7654321-6"));
}

async function toPay(): Promise<void> {
  await toReview();
  await kiosk.act("CONFIRM");
}

function words(name: string): string {
  const document = kiosk.ports.detail(name) as ReceiptDocument;
  return document.blocks.map((block) => Object.values(block).join(" ")).join("\n");
}

test("a beneficiary of tramo B pays the copago and gets the bono and the voucher", async () => {
  await toReview();
  expect(kiosk.view.screen).toMatchObject({ kind: "review", total: 6_490 });
  await kiosk.act("CONFIRM");
  expect(kiosk.screen).toBe("survey");
  await kiosk.act(select("6"));
  expect(kiosk.screen).toBe("finish delivered fonasa/bono-atencion/done.title");
  expect(kiosk.ports.names.slice(7)).toEqual([
    "charge-1",
    "fonasa.bono.issue",
    "print-bono-1",
    "print-voucher-1",
    "survey.record",
    "settle",
  ]);
  expect(kiosk.ports.detail("fonasa.bono.issue")).toEqual({
    effect: "issue-1",
    operation: undefined,
    input: {
      run: "12345678-5",
      quote: "Q-1",
      payment: {
        amount: 6_490,
        ticket: "VT0001",
        authorizationCode: "012345",
        operationNumber: "000777",
        terminalId: "T1",
      },
    },
  });
  expect(words("print-bono-1")).toContain("12.345.678-5");
  expect(words("print-bono-1")).toContain("DOCUMENTO DE DEMOSTRACIÓN");
  expect(words("print-voucher-1")).toContain("**.***.678-5");
  expect(words("print-voucher-1")).toContain("COMPROBANTE DE VENTA");
  expect(kiosk.ports.detail("settle")).toBe("delivered");
});

test("consent is recorded before anything is looked up", async () => {
  await kiosk.open("fonasa/bono-atencion");
  await kiosk.act("CONTINUE");
  expect(kiosk.ports.names).toEqual(["scan", "read-chip"]);
  await kiosk.act("ACCEPT");
  expect(kiosk.ports.names.slice(0, 4)).toEqual(["scan", "read-chip", "consent.record", "fonasa.affiliation"]);
  expect(kiosk.ports.detail("consent.record")).toMatchObject({
    input: { run: "12345678-5", given: true, procedure: "fonasa/bono-atencion", identifiedBy: "cedula-chip" },
  });
});

test("who refuses is not looked up, and the refusal is recorded", async () => {
  await kiosk.open("fonasa/bono-atencion");
  await kiosk.act("CONTINUE", "REFUSE");
  expect(kiosk.screen).toBe("finish nothing-done common/finish.refused-title");
  expect(kiosk.ports.names).toEqual(["scan", "read-chip", "consent.record", "settle"]);
  expect(kiosk.ports.detail("consent.record")).toMatchObject({ input: { given: false } });
});

test.each([
  ["tramo A", { ...AFFILIATION, tramo: "A" }, "tramo-a"],
  ["Isapre", { ...AFFILIATION, active: false, tramo: null, isapre: "CONSALUD" }, "not-beneficiary"],
  ["no tramo", { ...AFFILIATION, tramo: null }, "not-beneficiary"],
])("%s cannot buy a bono and is told what to do", async (_name, affiliation, page) => {
  kiosk.ports.script("fonasa.affiliation", done(affiliation));
  await kiosk.open("fonasa/bono-atencion");
  await kiosk.act("CONTINUE", "ACCEPT");
  expect(kiosk.screen).toBe(`finish nothing-done fonasa/bono-atencion/${page}.title`);
});

describe("look-ups", () => {
  const LOOK_UPS = ["fonasa.affiliation", "fonasa.prestaciones", "fonasa.providers", "fonasa.quote"];
  const FAULTS = { error: NO, unknown: UNKNOWN, throws: new Error("test"), malformed: done({ nonsense: 1 }) };
  const cases = LOOK_UPS.flatMap((operation) =>
    Object.entries(FAULTS).map(([name, fault]) => ({ operation, name, fault })),
  );

  test.each(cases)("$operation: $name is told, and trying again goes on", async ({ operation, fault }) => {
    kiosk.ports.script(operation, fault, done(ANSWERS[operation]));
    await kiosk.open("fonasa/bono-atencion");
    await kiosk.act("CONTINUE", "ACCEPT");
    if (operation === "fonasa.providers" || operation === "fonasa.quote") await kiosk.act(select("0101001"));
    if (operation === "fonasa.quote") await kiosk.act(select("7654321-6"));
    expect(kiosk.screen).toBe("problem common/unavailable-title");
    await kiosk.act("RETRY");
    expect(["choose", "review"]).toContain(kiosk.screen);
  });

  test("one that never answers is given up", async () => {
    kiosk.ports.script("fonasa.affiliation", HANG);
    await kiosk.open("fonasa/bono-atencion");
    await kiosk.act("CONTINUE", "ACCEPT");
    expect(kiosk.screen).toBe("waiting");
    await kiosk.clock.advance(60_000);
    expect(kiosk.screen).toBe("problem common/unavailable-title");
    expect(kiosk.ports.names).toContain("fonasa.affiliation aborted");
  });

  test("an empty list leads back to the question or out", async () => {
    kiosk.ports.script("fonasa.providers", done({ providers: [] }));
    await kiosk.open("fonasa/bono-atencion");
    await kiosk.act("CONTINUE", "ACCEPT", select("0101001"));
    expect(kiosk.screen).toBe("problem fonasa/bono-atencion/providers.empty-title");
    await kiosk.act("BACK");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", selected: "0101001" });
  });
});

describe("payment", () => {
  test("a declined card, then one that is approved, under a new effect", async () => {
    kiosk.ports.script("charge-1", done(DECLINED));
    await toPay();
    expect(kiosk.screen).toBe("problem common/pay.declined-title");
    await kiosk.act("RETRY");
    expect(kiosk.screen).toBe("survey");
    expect(kiosk.ports.names.filter((name) => name.startsWith("charge"))).toEqual(["charge-1", "charge-2"]);
  });

  test("after three declined cards there is only the way out", async () => {
    kiosk.ports.script("charge", done(DECLINED));
    await toPay();
    await kiosk.act("RETRY", "RETRY");
    expect(kiosk.view.intents).not.toContain("RETRY");
    await kiosk.act("FINISH");
    expect(kiosk.screen).toBe("finish nothing-done common/finish.not-paid-title");
  });

  test("a terminal that is gone before anything was sent charges nothing", async () => {
    kiosk.ports.script("charge-1", NO);
    await toPay();
    expect(kiosk.screen).toBe("problem common/pay.not-charged-title");
  });

  test.each([
    ["unknown", UNKNOWN],
    ["an unexpected error", new Error("test")],
  ])("%s becomes an incident with paper and number, and no second charge", async (_name, answer) => {
    kiosk.ports.script("charge-1", answer);
    await toPay();
    expect(kiosk.screen).toBe("finish incident common/finish.incident.payment-unknown-title");
    expect(kiosk.view.screen).toMatchObject({ reference: { value: "INC-0042" }, take: [{}] });
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "payment-unknown", amount: 6_490, effects: ["charge-1"] });
    expect(words("print-incident-1")).toContain("INC-0042");
    expect(words("print-incident-1")).not.toContain("12.345.678");
    expect(kiosk.ports.names.filter((name) => name.startsWith("charge"))).toEqual(["charge-1"]);
    expect(kiosk.ports.detail("settle")).toBe("incident");
  });

  test("prompts of the terminal are shown as they come, and nobody can leave meanwhile", async () => {
    kiosk.ports.script("charge-1", HANG);
    await toPay();
    expect(kiosk.view.screen).toMatchObject({ kind: "pay", amount: 6_490, prompt: "present-card" });
    expect(kiosk.view.intents).toEqual(["HELP", "SET_LOCALE"]);
    await kiosk.clock.advance(5 * 60_000);
    expect(kiosk.view.overlay).toBeUndefined();
    await kiosk.clock.advance(60_000);
    expect(kiosk.screen).toBe("finish incident common/finish.incident.payment-unknown-title");
  });
});

describe("after the payment", () => {
  test("a bono that is not issued is refunded, with paper", async () => {
    kiosk.ports.script("fonasa.bono.issue", NO);
    await toPay();
    expect(kiosk.screen).toBe("finish refunded common/finish.refunded-title");
    expect(kiosk.ports.names.slice(7)).toEqual([
      "charge-1",
      "fonasa.bono.issue",
      "refund-1",
      "print-refund-1",
      "settle",
    ]);
    expect(words("print-refund-1")).toContain("$6.490");
    expect(kiosk.ports.detail("settle")).toBe("refunded");
  });

  test("a bono in doubt is refunded, and a person looks whether it exists", async () => {
    kiosk.ports.script("fonasa.bono.issue", UNKNOWN);
    await toPay();
    expect(kiosk.screen).toBe("finish refunded common/finish.refunded-title");
    expect(kiosk.ports.detail("incident")).toEqual({ kind: "delivery-unknown", effects: ["issue-1", "refund-1"] });
  });

  test.each([
    ["error", NO],
    ["unknown", UNKNOWN],
    ["throws", new Error("test")],
  ])("a refund that ends in %s becomes an incident", async (_name, answer) => {
    kiosk.ports.script("fonasa.bono.issue", NO).script("refund-1", answer);
    await toPay();
    expect(kiosk.screen).toBe("finish incident common/finish.incident.refund-unknown-title");
    expect(kiosk.ports.detail("incident")).toEqual({
      kind: "refund-unknown",
      amount: 6_490,
      effects: ["charge-1", "issue-1", "refund-1"],
    });
  });

  test.each([
    ["error", NO],
    ["unknown", UNKNOWN],
    ["retracted", done({ printed: 1, confirmed: true, presented: "retracted" })],
  ])("paper that ends in %s: the bono goes to the phone", async (_name, answer) => {
    kiosk.ports.script("print-bono-1", answer);
    await toPay();
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", title: { id: "common/copy.instead-title" } });
    await kiosk.act(select("qr"));
    expect(kiosk.view.screen).toMatchObject({ kind: "hand-off", qr: "https://kiosk.example/d/xyz", code: "K7-XYZ" });
    await kiosk.act("CONTINUE", "SKIP");
    expect(kiosk.screen).toBe("finish delivered fonasa/bono-atencion/done.title");
  });

  test("who can take it neither by QR nor by e-mail gets a number for the counter", async () => {
    kiosk.ports.script("print-bono-1", NO);
    await toPay();
    await kiosk.act(select("none"));
    expect(kiosk.screen).toBe("finish incident common/finish.incident.paid-not-delivered-title");
    expect(kiosk.view.screen).toMatchObject({ reference: { value: "INC-0042" } });
  });

  test("who walks away from a paper that nobody has seen leaves an incident", async () => {
    kiosk.ports.script("print-bono-1", done({ printed: 1, confirmed: false }));
    await toPay();
    await kiosk.act("LEAVE", "LEAVE");
    expect(kiosk.ports.detail("incident")).toMatchObject({ kind: "delivery-unknown", amount: 6_490 });
  });

  test("neither paper nor phone: an incident with its number on the screen", async () => {
    kiosk.ports.script("print", NO).script("delivery.link", NO).script("delivery.email", UNKNOWN);
    await toPay();
    await kiosk.act(select("qr"));
    expect(kiosk.screen).toBe("problem common/copy.failed-title");
    await kiosk.act("RETRY", select("email"), { type: "SUBMIT", value: "no es un correo" });
    expect(kiosk.view.screen).toMatchObject({
      kind: "ask",
      value: "no es un correo",
      problem: { id: "common/ask.email" },
    });
    await kiosk.act({ type: "SUBMIT", value: "maria@correo.example" }, "RETRY", select("qr"));
    expect(kiosk.screen).toBe("finish incident common/finish.incident.paid-not-delivered-title");
    expect(kiosk.view.screen).toMatchObject({ reference: { value: "INC-0042" }, take: [] });
  });

  test("a voucher that does not come out is told, the bono is delivered", async () => {
    kiosk.ports.script("print-voucher-1", NO);
    await toPay();
    await kiosk.act("SKIP");
    const { screen } = kiosk.view;
    expect(screen).toMatchObject({ kind: "finish", result: "delivered" });
    expect(JSON.stringify(screen)).toContain("common/note.no-voucher");
  });

  test("a print that nobody can confirm: the citizen says whether it is there", async () => {
    kiosk.ports.script("print-bono-1", done({ printed: 1, confirmed: false }));
    await toPay();
    expect(kiosk.screen).toBe("problem common/deliver.check-title");
    await kiosk.act("RETRY");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", title: { id: "common/copy.instead-title" } });
  });

  test("who walks away before the phone copy leaves an incident, and nothing is printed for nobody", async () => {
    kiosk.ports.script("print-bono-1", NO);
    await toPay();
    await kiosk.clock.advance(60_000);
    expect(kiosk.view.overlay?.kind).toBe("still-there");
    await kiosk.clock.advance(20_000);
    expect(kiosk.screen).toBe("attract");
    expect(kiosk.ports.detail("incident")).toMatchObject({ kind: "paid-not-delivered", amount: 6_490 });
    expect(kiosk.ports.detail("settle")).toBe("incident");
    expect(kiosk.ports.names).not.toContain("print-incident-1");
  });

  test("who walks away while the bono is issued still gets it printed", async () => {
    const { promise, resolve } = Promise.withResolvers();
    kiosk.ports.script("fonasa.bono.issue", promise);
    await toPay();
    await kiosk.clock.advance(80_000);
    expect(kiosk.screen).toBe("waiting");
    resolve(done(BONO));
    await kiosk.settle();
    expect(kiosk.screen).toBe("survey");
    await kiosk.clock.advance(80_000);
    expect(kiosk.screen).toBe("attract");
    expect(kiosk.ports.detail("settle")).toBe("delivered");
  });
});

describe("changing an answer from the review", () => {
  test("the same answer leads straight back", async () => {
    await toReview();
    const before = kiosk.ports.calls.length;
    await kiosk.act({ type: "CHANGE", row: "prestacion" });
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", selected: "0101001" });
    await kiosk.act(select("0101001"));
    expect(kiosk.screen).toBe("review");
    expect(kiosk.ports.calls).toHaveLength(before);
  });

  test("another prestación asks again for what hangs on it, and nothing else", async () => {
    await toReview();
    const before = kiosk.ports.calls.length;
    await kiosk.act({ type: "CHANGE", row: "prestacion" }, select("0101003"));
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", title: { id: "fonasa/bono-atencion/provider.title" } });
    await kiosk.act(select("1000005-K"));
    expect(kiosk.screen).toBe("review");
    expect(kiosk.ports.names.slice(before)).toEqual(["fonasa.providers", "fonasa.quote"]);
    expect(kiosk.ports.detail("fonasa.quote")).toMatchObject({ prestacion: "0101003", provider: "1000005-K" });
  });

  test("a row that cannot be changed is refused", async () => {
    await toReview();
    expect(kiosk.session.send({ type: "CHANGE", row: "run" })).toBe(false);
  });

  test("back gives the change up", async () => {
    await toReview();
    await kiosk.act({ type: "CHANGE", row: "provider" }, "BACK");
    expect(kiosk.screen).toBe("review");
  });

  test("back after an answer that voided others never reaches the review without a quote", async () => {
    await toReview();
    await kiosk.act({ type: "CHANGE", row: "prestacion" }, select("0101003"), "BACK");
    expect(kiosk.view.screen).toMatchObject({ kind: "choose", selected: "0101003" });
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("consent");
  });
});

test("back leads through every question to the first page", async () => {
  kiosk.ports.script("scan", done(CEDULA), HANG);
  await toReview();
  const seen: string[] = [];
  while (kiosk.view.intents.includes("BACK")) {
    await kiosk.act("BACK");
    seen.push(kiosk.view.screen.title.id.replace(/.*\//, ""));
  }
  expect(seen).toEqual(["provider.title", "prestacion.title", "consent.title", "identify.title", "start.title"]);
});
