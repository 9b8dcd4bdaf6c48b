import { afterEach, beforeEach, expect, test } from "vitest";
import { Subject } from "../base/observable.ts";
import type { Json, SimulatedDevice } from "./operator.ts";
import { type OperatorServer, startOperatorServer } from "./operator-server.ts";

let server: OperatorServer;
const state = new Subject<Json>({ cover: "closed" });
const device: SimulatedDevice = {
  id: "printer",
  kind: "receipt-printer",
  model: "test",
  port: "/dev/null",
  state,
  actions: {
    cover: {
      label: { es: "Abrir", en: "Open" },
      run: ({ to }) => {
        if (typeof to !== "string") throw new Error("to must be a text");
        state.set({ cover: to });
      },
    },
  },
  pictures: () => [{ name: "ticket-1", version: "1", png: async () => Uint8Array.of(0x89, 0x50) }],
  start: async () => {},
  stop: async () => {},
};

beforeEach(async () => {
  state.set({ cover: "closed" });
  server = await startOperatorServer({ devices: [device], port: 0 });
});
afterEach(() => server.close());

const act = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/devices/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

test("an action changes the device, and the list and the event stream show it", async () => {
  const events = await fetch(`${server.url}/api/events`);
  expect((await act("printer/actions/cover", { to: "open" })).status).toBe(204);
  const list = await (await fetch(`${server.url}/api/devices`)).json();
  expect(list).toMatchObject([
    { id: "printer", state: { cover: "open" }, pictures: [{ name: "ticket-1", version: "1" }] },
  ]);

  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  while (!heard.includes('"open"')) heard += (await reader?.read())?.value ?? expect.fail("the stream ended");
  await reader?.cancel();
});

test("a picture is a PNG", async () => {
  const answer = await fetch(`${server.url}/api/devices/printer/pictures/ticket-1`);
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(Uint8Array.of(0x89, 0x50));
});

test("what is asked wrongly is told in words", async () => {
  expect(await (await act("scanner/actions/x", {})).json()).toEqual({
    message: "There is no device scanner; there are: printer.",
  });
  expect(await (await act("printer/actions/toString", {})).json()).toEqual({
    message: "printer has no action toString; it has: cover.",
  });
  expect(await (await act("printer/actions/cover", {})).json()).toEqual({ message: "to must be a text" });
  expect((await act("printer/actions/cover", [1])).status).toBe(400);
});

test("a page of another site in the same browser is refused", async () => {
  const http = await import("node:http");
  const status = await new Promise((resolve) => {
    http.get(`${server.url}/api/devices`, { headers: { host: "evil.example" } }, (answer) =>
      resolve(answer.statusCode),
    );
  });
  expect(status).toBe(403);
  expect((await act("printer/actions/cover", { to: "x" }, { "content-type": "text/plain" })).status).toBe(415);
  expect((await act("printer/actions/cover", { to: "x" }, { origin: "http://evil.example" })).status).toBe(403);
  expect(state.value).toEqual({ cover: "closed" });
});
