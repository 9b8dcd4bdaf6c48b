import { afterAll, beforeAll, expect, test } from "vitest";
import { KioskStack, QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, PERSON } from "./walk.ts";

const SERVICE = "chileatiende/solicitud-contacto";
const PHONE = "912345678";
let stack: KioskStack;

beforeAll(async () => {
  stack = await KioskStack.start({ gateway: QUICK_GATEWAY });
  await stack.serves("chileatiende");
  await until("what may wait is known", async () => (await stack.health()).outbox.open);
});
afterAll(() => stack?.stop());

/** From the attract screen to the last page; returns what is read there, and the paper. */
async function leavesRequest() {
  const { kiosk } = stack;
  await kiosk.sees("attract");
  await kiosk.does({ type: "START" });
  await kiosk.opens(SERVICE);
  await kiosk.does({ type: "CONTINUE" });
  await kiosk.sees("identify");
  await stack.operator.act("code-reader", "present-card", { run: PERSON.run });
  await kiosk.sees("choose");
  await kiosk.does({ type: "SELECT", option: "pensiones" });
  await kiosk.sees("ask");
  await kiosk.does({ type: "SUBMIT", value: PHONE });
  await kiosk.sees("consent");
  await kiosk.does({ type: "ACCEPT" });
  await kiosk.sees("review");
  await kiosk.does({ type: "CONFIRM" });
  const [paper = ""] = await stack.takesPapers(1);
  const last = await finishes(stack);
  return { last, paper };
}

async function desk(): Promise<{ received: number; references: string[] }> {
  return (await stack.operator.state("contact-desk")) as unknown as { received: number; references: string[] };
}

async function waiting(): Promise<number> {
  return (await stack.health()).outbox.waiting;
}

test("with the gateway there, the institution's own number is on paper at once", async () => {
  const { last, paper } = await leavesRequest();
  expect(last).toMatchObject({ result: "delivered", reference: { value: expect.stringMatching(/^SC-\d+$/) } });
  expect(paper).toContain(last.reference?.value);
  expect(await desk()).toMatchObject({ received: 1 });
  expect(await waiting()).toBe(0);
  await leaves(stack);
});

test("while the gateway is away a request waits, says so, survives a power cut unread, and is delivered once", async () => {
  await stack.killGateway();
  await stack.kiosk.sees("attract");
  await until("the gateway is missed", async () => (await stack.health()).institutions.length === 0);
  await stack.kiosk.does({ type: "START" });
  const { services } = await stack.kiosk.sees("services");
  const card = services.find(({ id }) => id === SERVICE);
  expect(card?.unavailable).toBeUndefined();
  expect(card?.notice?.text).toMatch(/Se enviará cuando vuelva/);
  for (const other of services.filter(({ id }) => id !== SERVICE)) {
    expect(other.unavailable).toBeDefined();
    expect(other.notice).toBeUndefined();
  }
  await stack.kiosk.does({ type: "LEAVE" });

  const { last, paper } = await leavesRequest();
  expect(last).toMatchObject({ result: "waiting", reference: { value: expect.stringMatching(/^S-/) } });
  const number = last.reference?.value ?? "";
  expect(last.body.map(({ text }) => text).join(" ")).toMatch(/pendiente de envío/i);
  expect(paper).toMatch(/PENDIENTE DE ENVÍO/);
  expect(paper.replaceAll(/\s/g, "")).toContain(number);
  await leaves(stack);
  expect(await waiting()).toBe(2);
  expect(stack.tracesOf(PERSON.run, PERSON.typed, PHONE, "pensiones")).toEqual([]);

  await stack.powerCut();
  expect(await waiting()).toBe(2);
  expect((await desk()).received).toBe(1);
  await stack.operator.act("contact-desk", "fail", { fault: "drop-answer", times: 1 });
  await stack.startGateway();
  await until("nothing waits any more", async () => (await waiting()) === 0, 60_000);
  expect((await desk()).references.filter((reference) => reference === number)).toHaveLength(1);
  expect((await desk()).received).toBe(2);

  await stack.powerCut();
  await stack.serves("chileatiende");
  expect((await desk()).received).toBe(2);
  const { journeys, effects } = stack.journal();
  const sent = effects.filter(({ journey }) => journey === journeys.at(-1)?.id);
  expect(sent.filter(({ kind }) => kind === "submit").map(({ state }) => state)).toEqual(["done", "done"]);
  expect(stack.tracesOf(PERSON.run, PHONE)).toEqual([]);
});
