import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { driver, endAll, Peer } from "./rig.ts";

let peer: Peer;
beforeEach(() => {
  peer = new Peer();
});
afterEach(() => {
  endAll();
  peer.wire.unplug();
});

const IDLE = [0x12, 0x12, 0x12, 0x12];
// biome-ignore lint/suspicious/noControlCharactersInRegex: the requests are control characters
const REQUEST = /\x10\x04([\x01-\x04])|\x1d\(H\x06\x00\x30\x30([\x20-\x7e]{4})/s;

/** Answers `DLE EOT 1…4` with `status` and, unless told otherwise, `GS ( H` with the id; nothing else. */
function answer(status: readonly number[], confirms = true): void {
  let at = 0;
  peer.wire.onBytes((bytes) => {
    peer.received += Buffer.from(bytes).toString("latin1");
    for (;;) {
      const match = REQUEST.exec(peer.received.slice(at));
      if (match === null) return;
      at += match.index + match[0].length;
      const [, request, id] = match;
      if (request !== undefined) void peer.send(Buffer.from([status[request.charCodeAt(0) - 1] ?? 0x12]));
      else if (confirms) void peer.send(Buffer.from(`7"${id}\x00`, "latin1"));
    }
  });
}

const print = (...args: string[]) => driver(["receipt-printer", "print", "--port", peer.wire.path, ...args]);

test("Spanish text in the printer's code page, cut, and confirmed by the printer itself", async () => {
  answer(IDLE);
  const { status, outcome } = await print("--text", "Ñandú: ¿qué? ¡sí! € 1.500").ended;
  expect([status, outcome]).toMatchObject([0, { outcome: "ok", result: { printed: 1, confirmed: true } }]);
  const text = "\xd1and\xfa: \xbfqu\xe9? \xa1s\xed! \x80 1.500";
  expect(peer.received).toContain("\x1b@");
  expect(peer.received).toContain(`\x1bt\x10${text}\n`);
  expect(peer.received).toContain("\x1dV\x00");
});

test("a printer that tells its status and confirms nothing: printed, not confirmed", async () => {
  answer(IDLE, false);
  const { status, outcome } = await print("--text", "hola").ended;
  expect([status, outcome]).toMatchObject([0, { result: { printed: 1, confirmed: false } }]);
});

test("a printer that says nothing at all: unknown, exit status 2", async () => {
  const { status, outcome } = await print("--text", "hola").ended;
  expect([status, outcome]).toMatchObject([2, { outcome: "unknown", error: { code: "printer.not-answering" } }]);
});

test.each([
  ["printer.paper-end", [0x1a, 0x32, 0x12, 0x7e]],
  ["printer.cover-open", [0x1a, 0x16, 0x12, 0x12]],
])("%s before the ticket: an error, and nothing is printed", async (code, statusBytes) => {
  answer(statusBytes);
  const { status, outcome } = await print("--text", "hola").ended;
  expect([status, outcome]).toMatchObject([1, { outcome: "error", error: { code } }]);
  expect(peer.received).not.toContain("hola");
});

test.each([
  ["ISO 8859-1", Buffer.from("Año ñandú", "latin1")],
  ["UTF-8 with a byte order mark", Buffer.from("\ufeffAño ñandú", "utf8")],
])("a text file in %s prints right", async (_name, content) => {
  answer(IDLE);
  const file = join(mkdtempSync(join(tmpdir(), "ticket-")), "ticket.txt");
  writeFileSync(file, content);
  expect(await print("--file", file).ended).toMatchObject({ status: 0 });
  expect(peer.received).toContain("\x1bt\x10A\xf1o \xf1and\xfa\n");
});
