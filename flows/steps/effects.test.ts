import { beforeEach, expect, test } from "vitest";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { assertOk } from "../../base/result.ts";
import { loadServices } from "../node/load-services.ts";
import { select, TestKiosk } from "../testing/kiosk.ts";
import { CERTIFICATE } from "../testing/people.ts";

const services = assertOk(await loadServices(), "the services");
const NO = failed(coded("link.lost", "test"));
const UNKNOWN = uncertain(coded("link.lost", "test"));

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk(services);
});

function effectsOf(operation: string): string[] {
  return kiosk.ports.calls
    .filter(({ name }) => name === operation)
    .map(({ detail }) => (detail as { effect: string }).effect);
}

async function toConsent(): Promise<void> {
  await kiosk.open("srcei/certificado-nacimiento");
  await kiosk.act("CONTINUE", select("matricula"));
}

test("a consent that failed is recorded under a new effect, one in doubt under the same", async () => {
  kiosk.ports.script("consent.record", NO, UNKNOWN, new Error("test"), done({ recorded: true }));
  await toConsent();
  await kiosk.act("ACCEPT", "RETRY", "RETRY", "RETRY");
  expect(kiosk.screen).toBe("review");
  expect(effectsOf("consent.record")).toEqual(["consent-1", "consent-2", "consent-2", "consent-2"]);
});

test("a free document that failed is asked for anew, one in doubt under the same effect; nobody speaks of refunds", async () => {
  kiosk.ports.script("srcei.birth-certificate", NO, UNKNOWN, done(CERTIFICATE));
  await toConsent();
  await kiosk.act("ACCEPT", "CONFIRM");
  expect(kiosk.screen).toBe("problem common/unavailable-title");
  await kiosk.act("RETRY", "RETRY");
  expect(effectsOf("srcei.birth-certificate")).toEqual(["issue-1", "issue-2", "issue-2"]);
  expect(kiosk.ports.names).not.toContain("refund-1");
});

test("an answer that is not of the contract's form is no answer", async () => {
  kiosk.ports.script("srcei.birth-certificate", done({ folio: "1" }));
  await toConsent();
  await kiosk.act("ACCEPT", "CONFIRM");
  expect(kiosk.screen).toBe("problem common/unavailable-title");
});

test("a copy by e-mail besides the paper", async () => {
  await toConsent();
  await kiosk.act("ACCEPT", "CONFIRM", select("email"), { type: "SUBMIT", value: "maria@correo.example" });
  expect(kiosk.ports.detail("delivery.email")).toMatchObject({
    effect: "email-1",
    input: { document: "500000000001", address: "maria@correo.example" },
  });
  await kiosk.act("SKIP");
  expect(JSON.stringify(kiosk.view.screen)).toContain("common/note.emailed");
});

test("a survey that cannot be recorded stands in nobody's way", async () => {
  kiosk.ports.script("survey.record", new Error("test"));
  await toConsent();
  await kiosk.act("ACCEPT", "CONFIRM", select("none"), select("1"));
  expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered" });
});

test("the paper is in Spanish whatever the citizen reads", async () => {
  await kiosk.act(
    { type: "SET_LOCALE", locale: "en" },
    { type: "OPEN_SERVICE", service: "srcei/certificado-nacimiento" },
  );
  await kiosk.act("CONTINUE", select("matricula"), "ACCEPT", "CONFIRM");
  const paper = JSON.stringify(kiosk.ports.detail("print-certificate-1"));
  expect(paper).toContain("Matrícula");
  expect(paper).not.toContain("enrolment");
});

test("a journal that cannot be told of the end does not keep the citizen from the last page", async () => {
  kiosk.ports.script("settle", new Error("test"));
  await toConsent();
  await kiosk.act("REFUSE");
  expect(kiosk.screen).toBe("finish nothing-done common/finish.refused-title");
});
