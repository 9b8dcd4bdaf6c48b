import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MOST_ATTACHMENT_BYTES } from "../../base/contracts/attachment.ts";
import { appProtocolHandler } from "./app-protocol.ts";
import { paperSource } from "./paper-source.ts";

const HASH = "ab".repeat(32);

let folder: string;
let socket: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-"));
  socket = join(folder, "papers");
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function runtime(answer: RequestListener): Promise<void> {
  server = createServer(answer).listen(socket);
  await once(server, "listening");
}

test("a page that was scanned is served to the shell's page, as it is", async () => {
  const asked: unknown[] = [];
  await runtime(({ url }, response) => {
    asked.push(url);
    response.end("picture");
  });
  const answer = await appProtocolHandler(new Map(), paperSource(socket))(new Request(`app://kiosk/papers/${HASH}`));
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    200,
    "image/jpeg",
    "picture",
  ]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(asked).toEqual([`/papers/${HASH}`]);
});

test("what is no hash is not asked for", async () => {
  let asked = 0;
  const handler = appProtocolHandler(new Map(), async () => {
    asked++;
    return undefined;
  });
  for (const name of ["", "x", `${HASH}/..`, `${HASH}%0a`, HASH.toUpperCase()])
    expect((await handler(new Request(`app://kiosk/papers/${name}`))).status).toBe(404);
  expect(asked).toBe(0);
});

test.each<[string, RequestListener]>([
  ["has gone", (_request, response) => response.writeHead(404).end()],
  ["is too large", (_request, response) => response.end(Buffer.alloc(MOST_ATTACHMENT_BYTES + 1))],
  [
    "breaks off",
    (_request, response) => response.writeHead(200, { "content-length": 10 }).write("pic", () => response.destroy()),
  ],
])("a page that %s is none", async (_what, answer) => {
  await runtime(answer);
  expect(await paperSource(socket)(HASH)).toBeUndefined();
});

test("without the runtime there is no page", async () => {
  expect(await paperSource(socket)(HASH)).toBeUndefined();
});
