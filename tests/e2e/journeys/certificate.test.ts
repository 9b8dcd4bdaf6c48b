import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { KioskClient } from "../../support/kiosk-client.ts";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves } from "./walk.ts";

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

async function toConsent(identify: () => Promise<void>): Promise<void> {
  const { kiosk } = stack;
  await kiosk.opens("srcei/certificado-nacimiento");
  await kiosk.sees("inform");
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await identify();
  await kiosk.sees("choose");
  await kiosk.does({ type: "SELECT", option: "matricula" });
  await kiosk.sees("consent");
}

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
