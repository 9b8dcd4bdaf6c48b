import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { PcscTerminal } from "./terminal.ts";

class FakeReader extends EventEmitter {
  name(): string {
    return "Fake Reader 00 00";
  }
}

const clients: FakeClient[] = [];

class FakeClient extends EventEmitter {
  running = false;

  constructor() {
    super();
    clients.push(this);
  }

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
  }
}

vi.mock("pcsc-mini", () => ({ Client: FakeClient, ReaderStatus: { MUTE: 1, PRESENT: 2 } }));

test("a client is not stopped in the moment after an event: its thread would hold the whole process", async () => {
  const clock = new SimulatedClock();
  const terminal = new PcscTerminal({ clock });
  terminal.start();
  await vi.waitFor(() => expect(clients.at(-1)?.running).toBe(true));
  const client = clients.at(-1);
  const reader = new FakeReader();
  await clock.advance(5_000);
  client?.emit("reader", reader);
  let stopped = false;
  const stopping = terminal.stop().then(() => {
    stopped = true;
  });
  await clock.advance(200);
  expect(client?.running).toBe(true);
  reader.emit("change", new Set());
  await clock.advance(200);
  expect([client?.running, stopped]).toEqual([true, false]);
  await clock.advance(100);
  await stopping;
  expect(client?.running).toBe(false);
});

test("a client to which nothing happened for a while is stopped at once", async () => {
  const clock = new SimulatedClock();
  const terminal = new PcscTerminal({ clock });
  terminal.start();
  await vi.waitFor(() => expect(clients.at(-1)?.running).toBe(true));
  await clock.advance(5_000);
  await terminal.stop();
  expect(clients.at(-1)?.running).toBe(false);
});
