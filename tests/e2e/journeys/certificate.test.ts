import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { KioskClient } from "../../support/kiosk-client.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { Phone } from "../../support/phone.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, toCertificateConsent } from "./walk.ts";

let stack: KioskStack;
/** A phone: it knows nothing of the development's authority. */
const phone = new Agent({ connect: { rejectUnauthorized: false } });

beforeAll(async () => {
  stack = await KioskStack.start();
});
afterAll(async () => {
  await phone.destroy();
  await stack?.stop();
});

async function onPhone(url: string, method: "GET" | "POST") {
  const answer = await request(url, { dispatcher: phone, method });
  return { status: answer.statusCode, body: await answer.body.text() };
}

const toConsent = (identify: () => Promise<void>) => toCertificateConsent(stack, identify);

describe("a birth certificate", () => {
  test("by cédula, in Spanish: printed with folio and code, and opened once on a phone", async () => {
    const { kiosk, operator } = stack;
    await kiosk.does({ type: "START" });
    await toConsent(() => operator.act("code-reader", "present-card", { run: "11111111-1" }));
    await kiosk.does({ type: "ACCEPT" });
    await kiosk.sees("review");
    await kiosk.does({ type: "CONFIRM" });
    const [paper = ""] = await stack.takesPapers(1);
    await kiosk.sees("choose", /copia/);
    await kiosk.does({ type: "SELECT", option: "qr" });
    const { qr } = await kiosk.sees("hand-off");
    expect((await onPhone(qr, "GET")).body).not.toContain("IBÁÑEZ");
    const opened = await onPhone(qr, "POST");
    expect(opened).toMatchObject({ status: 200, body: expect.stringContaining("IBÁÑEZ") });
    expect(await onPhone(qr, "POST")).toMatchObject({ status: 410, body: expect.not.stringContaining("IBÁÑEZ") });
    await kiosk.does({ type: "CONTINUE" });
    const last = await finishes(stack);
    const folio = last.reference?.value ?? "";
    expect(last.result).toBe("delivered");
    for (const words of [folio, "11.111.111-1", "TOMÁS IGNACIO IBÁÑEZ GÜIRALDES", "Matrícula"])
      expect(paper).toContain(words);
    expect(opened.body).toContain(folio);
    await leaves(stack);
    expect((await stack.settled()).journey.result).toBe("delivered");
    expect(stack.tracesOf("11111111", "11.111.111", "IBÁÑEZ", "Ibáñez", folio)).toEqual([]);
  });

  test("by ClaveÚnica on the phone, and a copy by text message: the kiosk learns who it is when the phone names its number", async () => {
    const { kiosk, operator } = stack;
    await stack.serves("claveunica");
    await kiosk.does({ type: "START" });
    const own = new Phone();
    await toConsent(async () => {
      await kiosk.does({ type: "USE_PHONE" });
      const { link, number } = await kiosk.sees("phone-login", /Entre con/);
      expect((await own.opens(link?.qr ?? "")).body).toContain("Certificado de nacimiento");
      await own.sends();
      await kiosk.sees("phone-login", /Siga en su teléfono/);
      expect((await own.logsIn("12345678-5")).body).toContain("Rosa Elena");
      await own.sends({ number });
      expect(own.page.body).toContain("Siga en el módulo");
    });
    await own.close();
    await kiosk.does({ type: "ACCEPT" });
    await kiosk.sees("review");
    await kiosk.does({ type: "CONFIRM" });
    const [paper] = await stack.takesPapers(1);
    expect(paper).toContain("ROSA ELENA MUÑOZ PÉREZ");
    await kiosk.sees("choose", /copia/);
    await kiosk.does({ type: "SELECT", option: "sms" });
    await kiosk.sees("ask");
    await kiosk.does({ type: "SUBMIT", value: "9 8765 4321" });
    expect((await finishes(stack)).result).toBe("delivered");
    expect(await operator.state("notify")).toMatchObject({ outbox: [{ type: "sms", address: "+56987654321" }] });
    await leaves(stack);
    expect((await stack.settled()).journey.result).toBe("delivered");
    expect(stack.tracesOf("12345678", "12.345.678", "MUÑOZ", "Muñoz", "87654321")).toEqual([]);
  });

  test("by typed RUN, in English, changed from Spanish on the way: data is kept, help and leaving stand above it", async () => {
    const { kiosk } = stack;
    await kiosk.does({ type: "START" });
    await toConsent(async () => {
      await kiosk.does({ type: "TYPE_RUN" });
      await kiosk.sees("ask");
      await kiosk.does({ type: "SUBMIT", value: "123456784" });
      expect(await kiosk.sees("ask", /último dígito/)).toMatchObject({ value: "123456784" });
      await kiosk.does({ type: "SUBMIT", value: "123456785" });
    });
    await kiosk.does({ type: "SET_LOCALE", locale: "en" });
    await kiosk.sees("consent", /may we ask/i);
    await kiosk.does({ type: "HELP" });
    await until("help", () => kiosk.view?.overlay?.kind === "help");
    await kiosk.does({ type: "CLOSE_HELP" });
    await kiosk.does({ type: "LEAVE" });
    await until("the question", () => kiosk.view?.overlay?.kind === "confirm-leave");
    await kiosk.does({ type: "STAY" });
    await kiosk.sees("consent", /may we ask/i);
    await kiosk.does({ type: "ACCEPT" });
    const { rows } = await kiosk.sees("review");
    expect(rows.map(({ value }) => value)).toContain("12.345.678-5");
    await kiosk.does({ type: "CONFIRM" });
    const [paper] = await stack.takesPapers(1);
    expect(paper).toContain("ROSA ELENA MUÑOZ PÉREZ");
    await kiosk.sees("choose", /copy/);
    await kiosk.does({ type: "SELECT", option: "none" });
    expect(await finishes(stack)).toMatchObject({ result: "delivered", title: { text: "Your certificate is ready" } });
    await leaves(stack);
    expect(kiosk.view?.locale).toBe("es");
  });

  test("left in the middle: nothing is issued, and nothing is left", async () => {
    const { kiosk, operator } = stack;
    const before = (await operator.state("srcei-certificates")).issued;
    await kiosk.does({ type: "START" });
    await toConsent(() => operator.act("code-reader", "present-card", { run: "11111111-1" }));
    await kiosk.does({ type: "LEAVE" });
    await kiosk.does({ type: "LEAVE" });
    await kiosk.sees("attract");
    expect((await stack.settled()).journey.result).toBe("abandoned");
    expect((await operator.state("srcei-certificates")).issued).toEqual(before);
    expect(stack.tracesOf("11111111", "IBÁÑEZ")).toEqual([]);
  });

  test("refused consent: no institution is asked", async () => {
    const { kiosk, operator } = stack;
    const before = (await operator.state("srcei-certificates")).requests;
    await kiosk.does({ type: "START" });
    await toConsent(() => operator.act("code-reader", "present-card", { run: "11111111-1" }));
    await kiosk.does({ type: "REFUSE" });
    await kiosk.sees("finish", /Respetamos su decisión/);
    expect((await operator.state("srcei-certificates")).requests).toEqual(before);
    await leaves(stack);
  });
});

describe("a number in the queue", () => {
  test("is taken without any card, printed, shown, and followed on a phone; the next citizen gets another", async () => {
    const { kiosk } = stack;
    const takesNumber = async () => {
      await kiosk.does({ type: "START" });
      await kiosk.opens("chileatiende/turno");
      const { options } = await kiosk.sees("choose", /Para qué/);
      expect(options[0]?.detail?.text).toMatch(/Esperan \d+ personas/);
      await kiosk.does({ type: "SELECT", option: "general" });
      await kiosk.sees("choose", /preferente/);
      await kiosk.does({ type: "SELECT", option: "yes" });
      const [paper = ""] = await stack.takesPapers(1);
      const { number, qr, code } = await kiosk.sees("turn");
      for (const word of [number.value, code]) expect(paper).toContain(word);
      const page = await onPhone(qr, "GET");
      expect(page).toMatchObject({ status: 200, body: expect.stringContaining(number.value) });
      await kiosk.does({ type: "CONTINUE" });
      await kiosk.sees("finish", /en la fila/);
      await kiosk.does({ type: "FINISH" });
      await kiosk.sees("attract");
      expect((await stack.settled()).journey.result).toBe("delivered");
      return number.value;
    };
    const first = await takesNumber();
    expect(await takesNumber()).not.toBe(first);
    const { turns } = await stack.operator.state("atencion");
    expect(turns).toBe(2);
  });

  test("whose answer is lost is one number all the same", async () => {
    const { kiosk, operator } = stack;
    const before = Number((await operator.state("atencion")).turns);
    await kiosk.does({ type: "START" });
    await kiosk.opens("chileatiende/turno");
    await kiosk.sees("choose");
    await operator.act("atencion", "fail", { fault: "drop-answer", times: 1 });
    await kiosk.does({ type: "SELECT", option: "clave" });
    await stack.takesPapers(1);
    await kiosk.sees("turn");
    expect(Number((await operator.state("atencion")).turns)).toBe(before + 1);
    await kiosk.does({ type: "CONTINUE" });
    await kiosk.sees("finish");
    await leaves(stack);
  });
});

describe("the view", () => {
  test("is the same for a second client", async () => {
    const second = new KioskClient(join(stack.directory, "view.sock"));
    await second.sees("attract");
    await stack.kiosk.does({ type: "START" });
    await second.sees("services");
    await second.does({ type: "LEAVE" });
    await stack.kiosk.sees("attract");
    second.close();
  });

  test("is refused to a page of another origin, and to a client without the token", async () => {
    const url = `${stack.url.replace("http", "ws")}/view`;
    const refusal = async (socket: WebSocket) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      socket.on("error", ({ message }) => resolve(message));
      socket.on("open", () => resolve("opened"));
      return await promise;
    };
    expect(await refusal(new WebSocket(url, "ventanilla.view.1", { origin: "https://evil.example" }))).toContain("403");
    expect(await refusal(new WebSocket(url, "ventanilla.view.1"))).toMatch(/40[13]/);
  });
});
