import { beforeEach, expect, test } from "vitest";
import { failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";

/** A document on pages, whose number is typed in by whoever wants it. */
const SERVICE = miniService(
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
- { id: done, kind: finish }
`,
  ["code-reader", "page-printer"],
);

let kiosk: TestKiosk;
beforeEach(() => {
  kiosk = new TestKiosk([SERVICE]);
});

async function issues(): Promise<void> {
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE", "ACCEPT");
}

test("a document on pages is printed by its number, and not as a ticket", async () => {
  await issues();
  expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered" });
  expect(kiosk.ports.detail("print-certificate-1")).toEqual({ document: "500000000001", demo: true });
  expect(kiosk.ports.calls.map(({ port }) => port)).not.toContain("print");
});

test.each([
  ["failed", failed(coded("page-printer.media-empty"))],
  ["are in doubt", uncertain(coded("page-printer.job-unknown"))],
  ["crash", new Error("test")],
])("pages that %s are offered on the phone", async (_, answer) => {
  kiosk.ports.script("print-certificate", answer);
  await issues();
  expect(kiosk.screen).toBe("choose");
  expect(JSON.stringify(kiosk.view.screen)).toContain("qr");
});

test("without a page printer the service is not offered, and says why", async () => {
  kiosk.availability.set({ ...kiosk.availability.value, devices: new Set(["code-reader", "receipt-printer"]) });
  expect(kiosk.screen).toBe("out-of-service");
});
