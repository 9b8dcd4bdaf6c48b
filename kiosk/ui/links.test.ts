import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Link } from "../contract/client.ts";
import type { ClientMessage } from "../contract/messages.ts";
import { chooseLink } from "./links.ts";

let socket: FakeSocket;
let link: Link;

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = FakeSocket.OPEN;
  readonly sent: string[] = [];

  constructor() {
    super();
    socket = this;
  }

  send(text: string): void {
    this.sent.push(text);
  }
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", FakeSocket);
  const page = { location: { href: "http://127.0.0.1/", protocol: "http:" } } as unknown as Window;
  link = chooseLink(page)({ message: () => {}, closed: () => {} });
});
afterEach(() => vi.unstubAllGlobals());

const says = (value: string): ClientMessage => ({
  ...{ type: "intent", id: "6a3c6a52-6b3f-4f0e-9d54-0a52a3b0f2a1", view: 1 },
  intent: { type: "SUBMIT", value },
});
const bytes = (text = "") => new TextEncoder().encode(text).length;

test.each(["", "zqkan", "ñandú ✓", "x".repeat(3_000)])(
  "a message fills whole buffers, and is still read: %#",
  (value) => {
    link.send(says(value));
    expect(bytes(socket.sent[0]) % 2_048).toBe(0);
    expect(JSON.parse(socket.sent[0] ?? "")).toEqual(says(value));
  },
);

test("wiping writes as many bytes of nothing, more than once", () => {
  link.send(says("zqkan"));
  link.wipe();
  const [message, ...blanks] = socket.sent;
  expect(blanks.length).toBeGreaterThan(2);
  for (const blank of blanks) expect([blank.trim(), bytes(blank)]).toEqual(["", bytes(message)]);
});

test("a socket that is closed is left alone", () => {
  socket.readyState = 3;
  link.send(says("zqkan"));
  link.wipe();
  expect(socket.sent).toEqual([]);
});
