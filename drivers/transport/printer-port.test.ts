import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { printerChannel, printerPortChannel } from "./printer-port.ts";

/** A pty's end behaves to `open`, `read` and `write` as `/dev/usb/lp0` does; the kernel's own is in `tests/usb-lab`. */
let wire: PtyWire;
const never = new AbortController().signal;

beforeEach(() => {
  wire = new PtyWire(join(mkdtempSync(join(tmpdir(), "printer-port-")), "port"));
});

afterEach(() => wire.unplug());

async function openPort(): Promise<ByteChannel> {
  const opened = await printerPortChannel(wire.path, systemClock)(never);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test("every byte value passes both ways unchanged", async () => {
  wire.plug();
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  const outward: number[] = [];
  const inward: number[] = [];
  wire.onBytes((bytes) => outward.push(...bytes));
  const channel = await openPort();
  await wire.write(all);
  channel.onBytes((bytes) => inward.push(...bytes));
  expect(await channel.write(all)).toEqual({ ok: true, value: undefined });
  await expect.poll(() => outward).toEqual([...all]);
  await expect.poll(() => inward).toEqual([...all]);
  await channel.close();
});

test("a port that does not exist is absent, and the error names it", async () => {
  expect(await printerPortChannel(wire.path, systemClock)(never)).toMatchObject({
    ok: false,
    error: { code: "link.absent", message: expect.stringContaining(wire.path) },
  });
});

test("a port that may not be opened is refused", async () => {
  expect(await printerPortChannel(tmpdir(), systemClock)(never)).toMatchObject({
    ok: false,
    error: { code: "link.refused" },
  });
});

test("more than the printer takes at once is handed over as it takes it", async () => {
  wire.plug();
  let received = 0;
  wire.onBytes((bytes) => {
    received += bytes.length;
  });
  const channel = await openPort();
  expect(await channel.write(new Uint8Array(100_000).fill(0x41))).toEqual({ ok: true, value: undefined });
  await expect.poll(() => received).toBe(100_000);
  await channel.close();
});

test("an unplugged cable closes the channel without a write", async () => {
  wire.plug();
  const channel = await openPort();
  wire.unplug();
  expect(await channel.closed).toEqual(expect.any(String));
  expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.lost" } });
});

test("what is no printer-class device is opened as the serial line that it is", async () => {
  wire.plug();
  const opened = await printerChannel({ path: wire.path, baudRate: 19_200 }, systemClock)(never);
  if (!opened.ok) throw new Error(opened.error.message);
  // A serial line is locked against a second driver; the printer class needs no lock.
  expect(await printerChannel({ path: wire.path, baudRate: 19_200 }, systemClock)(never)).toMatchObject({
    ok: false,
    error: { code: "link.refused" },
  });
  await opened.value.close();
});
