import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { type ReportBatch, reportBatchSchema } from "../../base/contracts/fleet/report.ts";
import { parseJson } from "../../base/json.ts";
import { readSignature, verifySignature } from "../../base/node/http-signatures.ts";
import { assertOk } from "../../base/result.ts";
import { SimulatedKiosk } from "./kiosk.ts";
import { devicesWithPaper } from "./sections.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const identity = { kiosk: "kiosk-1", key, certificate: "", keyid: "0".repeat(64) };

let server: Server | undefined;
let kiosk: SimulatedKiosk | undefined;
afterEach(() => {
  kiosk?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A fleet server that checks what it hears and answers in `pieces`. */
async function start(answer: (batch: ReportBatch, response: ServerResponse) => void): Promise<SimulatedKiosk> {
  server = createServer((request, response) => void hear(request).then((batch) => answer(batch, response)));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const made = new SimulatedKiosk({
    ...{ identity, server: new URL(`http://127.0.0.1:${port}`), authority: "", clock: new SimulatedClock() },
  });
  kiosk = made;
  return made;
}

async function hear(request: IncomingMessage): Promise<ReportBatch> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { method = "", url = "" } = request;
  const headers = request.headers as Record<string, string>;
  const read = readSignature({ method, target: url, authority: headers.host ?? "", headers, body });
  expect(verifySignature(assertOk(read, "signature"), createPublicKey(key))).toBe(true);
  return reportBatchSchema.parse(parseJson(body.toString("utf8")));
}

function answerOf(batch: ReportBatch, acknowledged = batch.reports.at(-1)?.sequence ?? 0): string {
  return JSON.stringify({ acknowledged, now: 0, desired: '"1"', resend: false });
}

test("heartbeats and reports are signed, numbered, and go over one connection", async () => {
  const heard: number[][] = [];
  let mark = 0;
  const kiosk = await start((batch, response) => {
    heard.push(batch.reports.map(({ sequence }) => sequence));
    mark = batch.reports.at(-1)?.sequence ?? mark;
    response.end(answerOf(batch, mark));
  });
  const change = { type: "state", state: { devices: devicesWithPaper(0, false) } } as const;
  await kiosk.send([]);
  await kiosk.send([change, change]);
  await kiosk.send([change]);
  await kiosk.send([]);
  expect(heard).toEqual([[], [1, 2], [3], []]);
  expect(kiosk.connections).toBe(1);
});

test("an answer may come byte by byte", async () => {
  const kiosk = await start((batch, response) => {
    const text = answerOf(batch);
    response.setHeader("content-length", text.length);
    for (const byte of text) response.write(byte);
    response.end();
  });
  expect(await kiosk.send([])).toMatchObject({ acknowledged: 0 });
});

test("a refusal, and a connection that breaks before the answer, are errors; the next word has a new connection", async () => {
  let turn = 0;
  const kiosk = await start((batch, response) => {
    turn++;
    if (turn === 1) response.socket?.destroy();
    else {
      response.statusCode = turn === 2 ? 503 : 200;
      response.end(answerOf(batch));
    }
  });
  await expect(kiosk.send([])).rejects.toThrow();
  await expect(kiosk.send([])).rejects.toThrow("status 503");
  expect(await kiosk.send([])).toMatchObject({ desired: '"1"' });
  expect(kiosk.connections).toBe(2);
});

test("reports whose answer was lost go out again, with their numbers", async () => {
  const heard: number[][] = [];
  const kiosk = await start((batch, response) => {
    heard.push(batch.reports.map(({ sequence }) => sequence));
    if (heard.length === 1) response.socket?.destroy();
    else response.end(answerOf(batch));
  });
  const change = { type: "state", state: { devices: devicesWithPaper(0, false) } } as const;
  await expect(kiosk.send([change])).rejects.toThrow();
  await kiosk.send([change]);
  expect(heard).toEqual([[1], [1, 2]]);
});
