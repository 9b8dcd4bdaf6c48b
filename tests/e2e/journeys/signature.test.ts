import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { Phone } from "../../support/phone.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, PERSON } from "./walk.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "..", "flows", "testing", "examples");

let stack: KioskStack;
beforeAll(async () => {
  stack = await KioskStack.start({ runtime: { services: EXAMPLES } });
});
afterAll(() => stack?.stop());

/** From the attract screen to the last page of the declaration, known by the cédula. */
async function reads(): Promise<string[]> {
  const { kiosk, operator } = stack;
  await stack.serves("chileatiende", "claveunica", "firmagob");
  await kiosk.sees("attract");
  await kiosk.does({ type: "START" });
  await kiosk.opens("chileatiende/declaracion-domicilio");
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await operator.act("code-reader", "present-card", { run: PERSON.run });
  await kiosk.sees("consent");
  await kiosk.does({ type: "ACCEPT" });
  for (const [title, value] of [
    [/vive/, "Picarte"],
    [/Qué número/, "1000"],
  ] as const) {
    await kiosk.sees("ask", title);
    await kiosk.does({ type: "SUBMIT", value });
  }
  await kiosk.sees("ask", /departamento/);
  await kiosk.does({ type: "SKIP" });
  await kiosk.sees("ask", /comuna/);
  await kiosk.does({ type: "SUBMIT", value: "Valdivia" });
  await kiosk.sees("ask", /desde/i);
  await kiosk.does({ type: "SUBMIT", value: "17-05-2001" });
  const first = await kiosk.sees("sign");
  await kiosk.does({ type: "CONTINUE" });
  const last = await kiosk.sees("sign", /2 de 2/);
  return [...first.body, ...last.body].map(({ text }) => text);
}

/** Logs in on the phone, which says what is signed, and names the kiosk's number. */
async function signsByPhone(): Promise<void> {
  const { kiosk } = stack;
  await kiosk.does({ type: "USE_PHONE" });
  const { link, number } = await kiosk.sees("phone-login", /Entre con/);
  const phone = new Phone();
  expect((await phone.opens(link?.qr ?? "")).body).toContain("Declaración jurada simple de domicilio");
  await phone.sends();
  await kiosk.sees("phone-login", /Siga en su teléfono/);
  await phone.logsIn(PERSON.run);
  await phone.sends({ number });
  await phone.close();
}

test("a declaration is read, signed on the phone, sealed once, and its receipt printed; nothing of it stays on the kiosk", async () => {
  const { kiosk, operator } = stack;
  const text = await reads();
  expect(text[1]).toContain("Picarte 1000");
  await signsByPhone();
  const [paper = ""] = await stack.takesPapers(1);
  await kiosk.sees("choose", /copia/);
  await kiosk.does({ type: "SELECT", option: "none" });
  const last = await finishes(stack);
  expect(last.result).toBe("delivered");
  expect(paper).toContain(last.reference?.value ?? "no folio");
  expect(paper).not.toContain("12.345.678");
  expect(await operator.state("firmagob")).toMatchObject({ sealed: 1 });
  await leaves(stack);
  expect((await stack.settled()).journey.result).toBe("delivered");
  expect(stack.tracesOf("12345678", "12.345.678", "Picarte")).toEqual([]);
});

test("a signing service that fails after the proof: the signature is kept, and sealed once when it is back", async () => {
  const { kiosk, operator } = stack;
  await reads();
  await operator.act("firmagob", "fail", { fault: "error-500" });
  await signsByPhone();
  await kiosk.sees("waiting", /guardando su firma/);
  await until("the first attempt", async () => stack.logs.some((line) => line.includes("gateway.submission-unknown")));
  await operator.act("firmagob", "restore");
  const [paper = ""] = await stack.takesPapers(1);
  await kiosk.sees("choose", /copia/);
  await kiosk.does({ type: "SELECT", option: "none" });
  const last = await finishes(stack);
  expect(paper).toContain(last.reference?.value ?? "no folio");
  expect(await operator.state("firmagob")).toMatchObject({ sealed: 2 });
  await leaves(stack);
  expect((await stack.settled()).incidents).toEqual([]);
});
