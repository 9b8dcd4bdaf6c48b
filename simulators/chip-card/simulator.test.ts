import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../base/bytes/bytes.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { createChipCardSimulator } from "./simulator.ts";
import { VpcdFramer, vpcdMessage } from "./vpcd.ts";

test("messages are cut out of the stream wherever its bytes are split", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.integer({ min: 1, max: 50 }), (messages, size) => {
      const stream = concat(messages.map(vpcdMessage));
      const framer = new VpcdFramer();
      const found: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += size) found.push(...framer.push(stream.subarray(at, at + size)));
      expect(found).toEqual(messages);
    }),
  );
});

/** A vpcd that the test speaks for. */
async function slot() {
  const path = join(mkdtempSync(join(tmpdir(), "vpcd-")), "socket");
  const framer = new VpcdFramer();
  const answers: string[] = [];
  let send: (content: Uint8Array) => void = () => {};
  let cards = 0;
  const server = createServer((socket) => {
    cards++;
    send = (content) => socket.write(vpcdMessage(content));
    socket.on("data", (bytes) => answers.push(...framer.push(bytes).map(toHex)));
    socket.on("close", () => cards--);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    answers,
    cards: () => cards,
    ask: (hex: string) => send(fromHex(hex)),
    close: () => server.close(),
  };
}

test("a card in the slot gives its ATR, answers commands, and leaves when it is removed", async () => {
  const vpcd = await slot();
  const simulator = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: { path: vpcd.path } });
  await simulator.start();
  await simulator.actions["insert-card"]?.run({ run: "22222222-2", access: "bac" });
  await expect.poll(vpcd.cards).toBe(1);
  expect(simulator.state.value).toMatchObject({ card: "as-issued", holder: "22222222-2" });
  for (const hex of ["01", "04", "00A4040C07A0000002471001", "00A4020C020101"]) vpcd.ask(hex);
  await expect.poll(() => vpcd.answers).toEqual(["3b80800101", "9000", "6982"]);
  await simulator.actions["remove-card"]?.run({});
  await expect.poll(vpcd.cards).toBe(0);
  expect(simulator.state.value).toMatchObject({ card: "absent" });
  await simulator.actions["insert-hostile-card"]?.run({ malice: "endless-correction" });
  await expect.poll(vpcd.cards).toBe(1);
  vpcd.ask("00B0000006");
  await expect.poll(() => vpcd.answers.at(-1)).toBe("6c10");
  await simulator.stop();
  vpcd.close();
});

test("a hand at the PC/SC service stops and starts it; the card in its slot is gone meanwhile", async () => {
  const vpcd = await slot();
  const done: string[] = [];
  const service = { kill: async () => void done.push("killed"), restart: async () => void done.push("restarted") };
  const simulator = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: { path: vpcd.path }, service });
  await simulator.start();
  await simulator.actions["insert-other-card"]?.run({});
  expect(simulator.state.value).toMatchObject({ service: true, card: "other" });
  await simulator.actions["stop-service"]?.run({});
  expect(simulator.state.value).toMatchObject({ service: false, card: "absent" });
  await simulator.actions["start-service"]?.run({});
  expect(simulator.state.value).toMatchObject({ service: true });
  expect(done).toEqual(["killed", "restarted"]);
  await simulator.stop();
  vpcd.close();
});

test("wrong parameters are told to the operator, and so is a slot that is not there", async () => {
  const simulator = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: { host: "127.0.0.1", port: 1 } });
  await simulator.start();
  const insert = async (parameters: Record<string, string | number>) =>
    simulator.actions["insert-card"]?.run(parameters);
  await expect(insert({ run: "9-4" })).rejects.toThrow("run: one of");
  await expect(insert({ variant: "burnt" })).rejects.toThrow("variant: one of as-issued");
  await expect(insert({ removedAt: -1 })).rejects.toThrow("removedAt");
  await expect(insert({})).rejects.toThrow("ECONNREFUSED");
});
