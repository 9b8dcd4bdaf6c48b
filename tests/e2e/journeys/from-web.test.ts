import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { leaves } from "./walk.ts";

/** A whole kiosk whose service goes on on the phone and comes back: the real runtime, the scanner on its line, and the gateway. */
const SERVICE = "chileatiende/aviso";
const EMAIL = "canary@example.cl";

const DEFINITION = `id: ${SERVICE}
institution: chileatiende
icon: document
requires: []
steps:
  - { id: start, kind: inform }
  - { id: web, kind: from-web, fields: { email: email }, without: email }
  - { id: sort, kind: decide, cases: [{ if: known(web.email), go: back }], next: email }
  - { id: email, kind: ask, input: email }
  - { id: phone, kind: to-phone, fields: { email: "{{email.value}}" } }
  - { id: done, kind: finish }
  - { id: back, kind: finish, reference: "{{web.email}}" }
`;
const TEXTS = `service: { name: Aviso, summary: Un aviso., institution: ChileAtiende, price: Gratis }
start: { title: Aviso, body: Un aviso. }
web: { title: ¿Tiene un código? }
email: { title: ¿Cuál es su correo? }
phone: { title: Siga en su teléfono, fields: { email: Correo } }
done: { title: Listo, body: Siga en su teléfono. }
back: { title: Listo aquí, body: Ya tenemos su correo., reference: Correo }
`;

let folder: string;
let stack: KioskStack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "from-web-"));
  mkdirSync(join(folder, SERVICE), { recursive: true });
  writeFileSync(join(folder, SERVICE, "service.yaml"), DEFINITION);
  for (const locale of ["es", "en"]) writeFileSync(join(folder, SERVICE, `texts.${locale}.yaml`), TEXTS);
  stack = await KioskStack.start({ runtime: { services: folder } });
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await stack.serves("chileatiende");
  await stack.kiosk.sees("attract");
});

async function atCode(): Promise<void> {
  const { kiosk } = stack;
  await kiosk.does({ type: "START" });
  await kiosk.opens(SERVICE);
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("ask", /código QR/);
}

/** Begins on the kiosk and goes on on the phone. Returns the address in the QR. */
async function begun(): Promise<string> {
  const { kiosk } = stack;
  await atCode();
  await kiosk.does({ type: "SKIP" });
  await kiosk.sees("ask", /correo/);
  await kiosk.does({ type: "SUBMIT", value: EMAIL });
  const { qr } = await kiosk.sees("hand-off");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("finish");
  await leaves(stack);
  return qr;
}

test("a card, one that cannot be read and another page's QR are told; the right QR brings what was entered, once, and nothing of it stays", async () => {
  const { kiosk, operator } = stack;
  const address = await begun();
  await atCode();
  await operator.act("code-reader", "present-card", { run: "12345678-5" });
  await kiosk.sees("ask", /no es el código de su trámite/);
  await operator.act("code-reader", "present-card", { run: "12345678-5", variant: "wrong-run-check" });
  await kiosk.sees("ask", /No se leyó bien/);
  await operator.act("code-reader", "scan-text", { text: "https://example.org/" });
  await kiosk.sees("ask", /no es el código de su trámite/);
  await operator.act("code-reader", "scan-text", { text: address });
  expect(await kiosk.sees("finish")).toMatchObject({ reference: { value: EMAIL } });
  await leaves(stack);
  await atCode();
  await operator.act("code-reader", "scan-text", { text: address });
  await kiosk.sees("ask", /ya se usó/);
  await kiosk.does({ type: "LEAVE" });
  await kiosk.sees("attract");
  await stack.settled();
  expect(stack.tracesOf("12345678", EMAIL, address.split("/").at(-1) ?? "")).toEqual([]);
});

test("with the reader unplugged the page is there without it, and the code is typed", async () => {
  const { kiosk, operator } = stack;
  const code = (await begun()).split("/").at(-1) ?? "";
  await atCode();
  await operator.act("code-reader", "unplug");
  await expect.poll(() => kiosk.words).not.toMatch(/código QR/);
  await kiosk.does({ type: "SUBMIT", value: code.toLowerCase() });
  expect(await kiosk.sees("finish")).toMatchObject({ reference: { value: EMAIL } });
  await leaves(stack);
  await operator.act("code-reader", "plug");
});
