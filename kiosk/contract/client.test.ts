import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { ANSWER_WITHIN, ViewClient } from "./client.ts";
import { FakeRuntime, sampleView } from "./fake.ts";
import { clientMessageSchema, MAX_MESSAGE_BYTES } from "./messages.ts";

let clock: SimulatedClock;
let runtime: FakeRuntime;
let client: ViewClient;
let ids: number;

beforeEach(() => {
  clock = new SimulatedClock();
  runtime = new FakeRuntime();
  ids = 0;
  client = new ViewClient({
    openLink: runtime.openLink,
    clock,
    random: () => 0,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
  });
  client.start();
});

test("the first valid view makes the client live", () => {
  expect(client.state.value).toBe("waiting");
  runtime.publish(sampleView());
  expect(client.state.value).toBe("live");
  expect(client.view.value?.screen.kind).toBe("attract");
});

test("a view that arrives as text is decoded", () => {
  runtime.deliver(JSON.stringify({ type: "view", view: sampleView() }));
  expect(client.state.value).toBe("live");
});

test("an intent is a valid message that names the view it answers", () => {
  runtime.publish(sampleView({ version: 7 }));
  expect(client.send({ type: "START" })).toBe(true);
  expect(runtime.intents).toHaveLength(1);
  expect(clientMessageSchema.parse(runtime.intents[0])).toMatchObject({ view: 7, intent: { type: "START" } });
});

test("a second tap before the next view is dropped", () => {
  runtime.publish(sampleView());
  client.send({ type: "START" });
  expect(client.busy.value).toBe(true);
  expect(client.send({ type: "START" })).toBe(false);
  expect(client.send({ type: "HELP" })).toBe(false);
  expect(runtime.intents).toHaveLength(1);

  runtime.publish(sampleView({ version: 2 }));
  expect(client.busy.value).toBe(false);
  expect(client.send({ type: "HELP" })).toBe(true);
});

test("an intent that is not enabled is dropped", () => {
  runtime.publish(sampleView());
  expect(client.send({ type: "CONFIRM" })).toBe(false);
  expect(runtime.intents).toHaveLength(0);
});

test("nothing is sent before the first view or while the link is down", () => {
  expect(client.send({ type: "START" })).toBe(false);
  runtime.publish(sampleView());
  runtime.drop();
  expect(client.send({ type: "START" })).toBe(false);
  expect(runtime.intents).toHaveLength(0);
});

test("a refusal frees the next intent, and a refusal of another intent does not", () => {
  runtime.publish(sampleView());
  client.send({ type: "START" });
  runtime.deliver({ type: "refused", id: "other", reason: "stale" });
  expect(client.busy.value).toBe(true);
  runtime.deliver({ type: "refused", id: runtime.intents[0]?.id, reason: "stale" });
  expect(client.busy.value).toBe(false);
});

test("an intent that is never answered keeps others back only for a while", async () => {
  runtime.publish(sampleView());
  client.send({ type: "START" });
  await clock.advance(ANSWER_WITHIN - 1);
  expect(client.busy.value).toBe(true);
  await clock.advance(1);
  expect(client.busy.value).toBe(false);
});

test("a lost link is opened again with growing delays that start over after a view", async () => {
  runtime.publish(sampleView());
  runtime.drop();
  expect(client.state.value).toBe("waiting");
  expect(runtime.opened).toBe(1);
  for (const [opened, delay] of [100, 200, 400, 800, 1_600, 2_000, 2_000].entries()) {
    await clock.advance(delay - 1);
    expect(runtime.opened).toBe(opened + 1);
    await clock.advance(1);
    expect(runtime.opened).toBe(opened + 2);
    if (opened < 6) runtime.drop();
  }
  runtime.publish(sampleView());
  expect(client.state.value).toBe("live");
  runtime.drop();
  await clock.advance(100);
  expect(runtime.linked).toBe(true);
});

test("a restarted runtime that counts versions from 1 again is followed", async () => {
  runtime.publish(sampleView({ version: 900 }));
  runtime.drop();
  await clock.advance(100);
  runtime.publish(sampleView({ version: 1 }));
  client.send({ type: "START" });
  expect(runtime.intents[0]?.view).toBe(1);
});

test.each([
  ["text that is not JSON", "{"],
  ["a message of unknown type", { type: "reload" }],
  [
    "a view with a screen kind that this client cannot draw",
    { type: "view", view: { ...sampleView(), screen: { kind: "x" } } },
  ],
  ["a view with a field too many", { type: "view", view: { ...sampleView(), extra: 1 } }],
  ["an oversize message", JSON.stringify({ type: "view", view: sampleView() }).padEnd(MAX_MESSAGE_BYTES + 1)],
])("%s closes the link, and the client tries again", async (_name, message) => {
  runtime.publish(sampleView());
  runtime.deliver(message);
  expect(client.state.value).toBe("waiting");
  expect(runtime.linked).toBe(false);
  await clock.advance(100);
  expect(runtime.linked).toBe(true);
});

test("after stop nothing is left running", async () => {
  runtime.publish(sampleView());
  client.send({ type: "START" });
  client.stop();
  expect(runtime.linked).toBe(false);
  expect(clock.pending).toBe(0);
  client = new ViewClient({ openLink: runtime.openLink, clock, random: () => 0, newId: () => "" });
  client.start();
  runtime.drop();
  client.stop();
  expect(clock.pending).toBe(0);
});
