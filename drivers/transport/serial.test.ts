import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { PtyWire } from "../../simulators/wire/pty.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { Connection } from "./connection.ts";
import { watchDeviceFile } from "./hot-plug.ts";
import { serialChannel } from "./serial.ts";

let wire: PtyWire;

beforeEach(() => {
  wire = new PtyWire(join(mkdtempSync(join(tmpdir(), "serial-")), "port"));
});

afterEach(() => wire.unplug());

async function openPort(): Promise<ByteChannel> {
  const opened = await serialChannel({ path: wire.path, baudRate: 19_200 }, systemClock)(new AbortController().signal);
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
  channel.onBytes((bytes) => inward.push(...bytes));

  expect(await channel.write(all)).toEqual({ ok: true, value: undefined });
  await wire.write(all);

  await expect.poll(() => outward).toEqual([...all]);
  await expect.poll(() => inward).toEqual([...all]);
  await channel.close();
});

test("a write that has ended leaves nothing waiting for the end of the port, which may be weeks away", async () => {
  wire.plug();
  const channel = await openPort();
  const waits = vi.spyOn(channel.closed, "then");
  for (let write = 0; write < 3; write++) expect(await channel.write(Uint8Array.of(write))).toMatchObject({ ok: true });
  expect(waits).not.toHaveBeenCalled();
  await channel.close();
});

test("a port that does not exist is absent, and the error names it", async () => {
  const opened = await serialChannel({ path: wire.path, baudRate: 19_200 }, systemClock)(new AbortController().signal);
  expect(opened).toMatchObject({
    ok: false,
    error: { code: "link.absent", message: expect.stringContaining(wire.path) },
  });
});

test("a port that another driver holds is refused", async () => {
  wire.plug();
  const first = await openPort();
  const second = await serialChannel({ path: wire.path, baudRate: 19_200 }, systemClock)(new AbortController().signal);
  expect(second).toMatchObject({ ok: false, error: { code: "link.refused" } });
  await first.close();
});

test("an unplugged cable closes the channel without a write", async () => {
  wire.plug();
  const channel = await openPort();
  wire.unplug();
  expect(await channel.closed).toEqual(expect.any(String));
  expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.lost" } });
});

test("a port that is plugged in again is open because its link appeared, with all retries standing still", async () => {
  const standing = new SimulatedClock();
  const connection = new Connection<number>({
    device: "reader",
    open: serialChannel({ path: wire.path, baudRate: 19_200 }, systemClock),
    start: () => 1,
    end: () => {},
    ...{ clock: standing, random: () => 0.5, log: silentLogger, hotPlug: watchDeviceFile(wire.path) },
  });
  connection.start();
  for (let replug = 0; replug < 3; replug++) {
    await expect.poll(() => standing.pending).toBe(1);
    wire.plug();
    await expect.poll(() => connection.state.value.link).toBe("connected");
    wire.unplug();
    await expect.poll(() => connection.state.value.link).toBe("absent");
    // The first look after a loss comes at once and finds nothing; time moves only for what follows.
    await standing.advance(0);
  }
  await connection.stop();
});

test("a connection opens again after unplug and replug, with a fresh session", async () => {
  const ended: string[] = [];
  let sessions = 0;
  const connection = new Connection<{ number: number }>({
    device: "reader",
    open: serialChannel({ path: wire.path, baudRate: 19_200 }, systemClock),
    start: () => ({ number: ++sessions }),
    end: (_session, cause) => ended.push(cause),
    clock: systemClock,
    random: () => 0.5,
    log: silentLogger,
  });
  connection.start();
  wire.plug();
  expect(await connection.connected(5_000)).toEqual({ number: 1 });

  wire.unplug();
  await expect.poll(() => connection.state.value.link).toBe("absent");
  wire.plug();
  expect(await connection.connected(5_000)).toEqual({ number: 2 });
  expect(ended).toHaveLength(1);

  await connection.stop();
  expect(connection.session).toBeUndefined();
});
