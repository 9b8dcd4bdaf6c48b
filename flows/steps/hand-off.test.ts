import { beforeEach, expect, test } from "vitest";
import { failed } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { select, TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";

const serviceWith = (copy: string) =>
  miniService(
    `
- { id: start, kind: inform }
- { id: identify, kind: identify }
- { id: consent, kind: consent }
- id: certificate
  kind: issue
  operation: srcei.birth-certificate
  input: { run: "{{identity.run}}", use: matricula }
  prints: [{ name: certificate, paper: a4 }]
  document: "{{certificate.folio}}"
  offer-copy: ${copy}
- { id: done, kind: finish }
`,
    ["code-reader", "page-printer"],
  );
const SMS = serviceWith("[qr, sms]");

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk([SMS]);
});

async function toOffer(on = kiosk): Promise<string[]> {
  await on.open("test/mini");
  await on.act("CONTINUE", "ACCEPT");
  const { screen } = on.view;
  return screen.kind === "choose" ? screen.options.map(({ id }) => id) : [];
}

test("the ways of the definition are offered, and no other is taken", async () => {
  expect(await toOffer()).toEqual(["qr", "sms", "none"]);
  expect(kiosk.session.send(select("email"))).toBe(false);
  const plain = new TestKiosk([serviceWith("true")]);
  expect(await toOffer(plain)).toEqual(["qr", "email", "none"]);
});

test("a copy goes to the mobile number, however it was typed", async () => {
  await toOffer();
  await kiosk.act(select("sms"));
  expect(kiosk.view.screen).toMatchObject({ kind: "ask", input: "phone", value: "" });
  await kiosk.act({ type: "SUBMIT", value: "2 2345 678" });
  expect(kiosk.view.screen).toMatchObject({ problem: { id: "common/ask.mobile" }, value: "2 2345 678" });
  await kiosk.act({ type: "SUBMIT", value: "9 8765 4321" });
  expect(kiosk.ports.detail("delivery.sms")).toEqual({
    effect: "sms-1",
    input: { document: "500000000001", number: "+56987654321" },
  });
  expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered" });
});

test("a message that cannot be sent is told, and another way is open", async () => {
  kiosk.ports.script("delivery.sms", failed(coded("gateway.unknown-operation")));
  await toOffer();
  await kiosk.act(select("sms"), { type: "SUBMIT", value: "987654321" });
  expect(kiosk.screen).toBe("problem common/copy.failed-title");
  await kiosk.act("RETRY", select("qr"));
  expect(kiosk.screen).toBe("hand-off");
});
