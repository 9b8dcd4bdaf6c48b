import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toLatin1 } from "../../base/bytes/bytes.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { cardMrz, cardQr } from "../../simulators/code-reader/cards.ts";
import { createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";
import { personWithRun } from "../../simulators/people.ts";
import { namesKey, readKey } from "./chip-card-key.ts";
import { type CliContext, UsageError } from "./kind.ts";

const RUN = "12345678-5";
const PERSON = personWithRun(RUN);
const KEY = {
  kind: "mrz",
  documentNumber: PERSON.card.documentNumber,
  birthDate: PERSON.birthDate,
  expiryDate: PERSON.card.expiryDate,
};

function context(options: CliContext["options"] = {}, stop = new AbortController()) {
  const events: Record<string, unknown>[] = [];
  const seen: CliContext = {
    ...{ model: "pcsc", port: "any", options, signal: stop.signal },
    event: (event) => events.push(event),
  };
  return { context: seen, events, stop };
}

async function* typed(...chunks: string[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield toLatin1(chunk);
}

test.each([
  ["the QR, in pieces", [cardQr(PERSON).slice(0, 20), cardQr(PERSON).slice(20), "\r"]],
  ["the QR without an end of line", [cardQr(PERSON)]],
  ["the three lines of the zone", cardMrz(RUN).map((line) => `${line}\n`)],
  ["the zone after a code of something else", ["https://example.org/\r\n", `${cardMrz(RUN).join("\r\n")}\r\n`]],
])("a key comes from standard input: %s", async (_, chunks) => {
  const { context: asked, events } = context();
  expect(await readKey(asked, typed(...chunks))).toEqual({ key: KEY });
  expect(events).toMatchObject([{ event: "key-wanted", from: "standard input" }]);
});

test("a QR is taken while the scanner's line stays open", async () => {
  async function* open() {
    yield toLatin1(`${cardQr(PERSON)}\r`);
    await Promise.withResolvers<void>().promise;
  }
  expect(await readKey(context().context, open())).toEqual({ key: KEY });
});

test("standard input that ends, or goes on, without a key is bad usage that names the ways", async () => {
  await expect(readKey(context().context, typed("nothing\n"))).rejects.toThrow(/no key: --mrz, --can, --scanner/);
  await expect(readKey(context().context, typed())).rejects.toThrow(UsageError);
  await expect(readKey(context().context, typed("x".repeat(20_000), "never asked for"))).rejects.toThrow(UsageError);
});

test("whoever waits for a key can be stopped", async () => {
  async function* silent() {
    await Promise.withResolvers<void>().promise;
    yield new Uint8Array();
  }
  const { context: asked, stop } = context();
  const waiting = readKey(asked, silent());
  stop.abort();
  expect(await waiting).toMatchObject({ failed: { outcome: "error", error: { code: "common.cancelled" } } });
});

test("the key is the one of the card that is scanned first", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "scan-")), "scanner");
  const scanner = createCodeReaderSimulator({ id: "scanner", path });
  await scanner.start();
  const { context: asked, events } = context({ scanner: path });
  const recorded = () => expect.fail("what is scanned must not be recorded");
  const reach = { clock: systemClock, random: () => 0, channel: recorded };
  const waiting = readKey({ ...asked, reach });
  await expect.poll(() => events).toContainEqual({ device: path, link: "connected" });
  await scanner.actions["present-card"]?.run({ run: RUN });
  expect(await waiting).toEqual({ key: KEY });
  await scanner.stop();
});

test("a file holds the zone or the QR; one with neither, or none at all, is bad usage", async () => {
  const folder = mkdtempSync(join(tmpdir(), "key-"));
  const inFile = (name: string, words: string) => {
    writeFileSync(join(folder, name), toLatin1(words));
    return readKey(context({ mrz: join(folder, name) }).context);
  };
  expect(await inFile("zone", `${cardMrz(RUN).join("\n")}\n`)).toEqual({ key: KEY });
  expect(await inFile("qr", `${cardQr(PERSON)}\r`)).toEqual({ key: KEY });
  await expect(inFile("other", "nothing")).rejects.toThrow("neither a machine-readable zone");
  await expect(readKey(context({ mrz: join(folder, "absent") }).context)).rejects.toThrow("ENOENT");
});

test("the command line names one way only, and its parts belong together", () => {
  const parts = { "document-number": "1", "birth-date": "1974-08-12", "expiry-date": "2029-08-12" };
  expect(namesKey({})).toBe(false);
  for (const options of [{ mrz: "-" }, { can: "123456" }, { scanner: "/dev/ttyACM0" }, parts])
    expect(namesKey(options)).toBe(true);
  expect(() => namesKey({ mrz: "-", can: "123456" })).toThrow("one of");
  expect(() => namesKey({ ...parts, can: "123456" })).toThrow("one of");
  expect(() => namesKey({ "birth-date": "1974-08-12" })).toThrow("belong together");
});
