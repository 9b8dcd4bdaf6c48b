import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import type { RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { runtimeBench } from "./runtime-bench.ts";

const signal = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A runtime of which only the control interface stands. */
async function startRuntime(devices: Record<string, object>) {
  let mode: RuntimeStatus["mode"] = "in-service";
  const heard: string[] = [];
  const status = (): RuntimeStatus => ({
    ...{ kiosk: "kiosk-1", version: "1.0.0", boot: "b", startedAt: 0, mode, serving: false, closed: [], shells: 1 },
    ...{ devices: [], institutions: {}, gatewayReachable: true, services: [], incidentsWaiting: 0, memory: 1 },
  });
  const server = createServer(async (request, response) => {
    const body = await text(request);
    heard.push(`${request.method} ${request.url} ${body}`);
    if (request.url === "/v1/mode") mode = JSON.parse(body).mode;
    const [, device] = /^\/v1\/devices\/(.+)\/test$/.exec(request.url ?? "") ?? [];
    response.end(JSON.stringify(device === undefined ? status() : devices[device]));
  });
  const socketPath = join(mkdtempSync(join(tmpdir(), "runtime-")), "control.sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { socketPath, heard };
}

const device = (id: string, kind: "receipt-printer" | "code-reader") => ({ id, kind, model: "m", port: "/dev/x" });
const status = {
  device: "d",
  kind: "receipt-printer",
  model: "m",
  link: "connected",
  readiness: "ready",
  conditions: [],
  provisional: false,
};

test("a running runtime tests its own devices in maintenance, and serves again afterwards", async () => {
  const { socketPath, heard } = await startRuntime({
    printer: { outcome: "error", code: "link.absent", message: "gone", status },
    reader: { outcome: "ok", status: { ...status, kind: "code-reader" } },
  });
  const bench = await runtimeBench({ socketPath, clock: systemClock, signal });
  if (!bench.ok || bench.value === undefined) throw new Error("no bench");
  expect(await bench.value.test(device("printer", "receipt-printer"), signal)).toMatchObject({
    ...{ verdict: "fail", error: { code: "link.absent" } },
  });
  expect(await bench.value.test(device("reader", "code-reader"), signal)).toMatchObject({ verdict: "not-run" });
  await bench.value.close();
  expect(heard).toEqual([
    "GET /v1/status ",
    'POST /v1/mode {"mode":"maintenance"}',
    'POST /v1/devices/printer/test {"test":"test-print"}',
    'POST /v1/devices/reader/test {"test":"self-test"}',
    'POST /v1/mode {"mode":"in-service"}',
  ]);
});

test("where no runtime runs there is no such bench", async () => {
  const socketPath = join(tmpdir(), "there-is-none.sock");
  expect(await runtimeBench({ socketPath, clock: systemClock, signal })).toEqual({ ok: true, value: undefined });
});
