import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { type HidDevice, hidReports } from "./hid.ts";

/** node-hid's face over nothing: it says what it was told to do. */
class FakeHid extends EventEmitter implements HidDevice {
  readonly done: string[] = [];
  info = { vendorId: 1, productId: 2, release: 0, interface: 0, usagePage: 0x8c };
  answer: () => Promise<number> = async () => 2;

  async close(): Promise<void> {
    this.done.push("close");
  }

  write(report: number[]): Promise<number> {
    this.done.push(`write ${report}`);
    return this.answer();
  }

  sendFeatureReport(report: number[] | Buffer): Promise<number> {
    this.done.push(`feature ${report}`);
    return this.answer();
  }

  async getDeviceInfo() {
    return this.info;
  }
}

let path: string;
let hid: FakeHid;
const signal = new AbortController().signal;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "hid-")), "hidraw0");
  writeFileSync(path, "");
  hid = new FakeHid();
});

async function open(device: HidDevice = hid, clock = systemClock) {
  const opened = await hidReports({ path }, clock, async () => device)(signal);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test("a device that is not there is absent, and nothing is opened", async () => {
  rmSync(path);
  const opened = await hidReports({ path }, systemClock, () => Promise.reject(new Error("opened all the same")))(
    signal,
  );
  expect(opened).toMatchObject({ ok: false, error: { code: "link.absent", message: expect.stringContaining(path) } });
});

test("what node-hid itself says of a file that is no HID device is a refusal", async () => {
  const opened = await hidReports({ path }, systemClock)(signal);
  expect(opened).toMatchObject({ ok: false, error: { code: "link.refused", message: expect.stringContaining(path) } });
});

test("reports come unchanged and in order, those before the consumer first", async () => {
  const channel = await open();
  expect(channel.usagePage).toBe(0x8c);
  const seen: number[][] = [];
  hid.emit("data", Buffer.from([2, 1]));
  channel.onReport((report) => seen.push([...report]));
  hid.emit("data", Buffer.from([2, 255]));
  expect(seen).toEqual([
    [2, 1],
    [2, 255],
  ]);
  await channel.close();
});

test("a report is kept as it was, whatever the library does with its buffer afterwards", async () => {
  const channel = await open();
  const buffer = Buffer.from([2, 7]);
  hid.emit("data", buffer);
  buffer.fill(0);
  const seen: number[][] = [];
  channel.onReport((report) => seen.push([...report]));
  expect(seen).toEqual([[2, 7]]);
  await channel.close();
});

test("a device that floods before anybody listens is hung up on", async () => {
  const channel = await open();
  for (let report = 0; report < 10_000; report++) hid.emit("data", Buffer.alloc(64));
  expect(await channel.closed).toContain("more reports");
  expect(hid.done).toEqual(["close"]);
});

test("output and feature reports are handed on; a failed one hangs up", async () => {
  const channel = await open();
  expect(await channel.write(Uint8Array.of(0, 9))).toEqual({ ok: true, value: undefined });
  expect(await channel.sendFeature(Uint8Array.of(254, 1))).toEqual({ ok: true, value: undefined });
  expect(hid.done).toEqual(["write 0,9", "feature 254,1"]);
  hid.answer = () => Promise.reject(new Error("stalled"));
  expect(await channel.write(Uint8Array.of(0, 9))).toMatchObject({
    ...{ ok: false, error: { code: "link.write-failed", message: expect.stringContaining("stalled") } },
  });
  await channel.closed;
  expect(await channel.sendFeature(Uint8Array.of(254, 1))).toMatchObject({ error: { code: "link.lost" } });
});

test("a device that takes no report does not hold its caller", async () => {
  const clock = new SimulatedClock();
  const opening = open(hid, clock);
  const channel = await opening;
  hid.answer = () => Promise.withResolvers<number>().promise;
  const written = channel.write(Uint8Array.of(0, 1));
  await clock.advance(2_000);
  expect(await written).toMatchObject({ ok: false, error: { code: "common.deadline" } });
  expect(await channel.closed).toContain("output report");
});

test("a device that is pulled out closes the channel, by the read's error or by its file", async () => {
  const first = await open();
  hid.emit("error", new Error("could not read from HID device"));
  expect(await first.closed).toContain("could not read");
  const second = await open(new FakeHid());
  rmSync(path);
  expect(await second.closed).toBe("the device file is gone");
});

test("closing twice closes once, and nothing is heard afterwards", async () => {
  const channel = await open();
  let heard = 0;
  channel.onReport(() => heard++);
  await channel.close();
  await channel.close();
  hid.emit("data", Buffer.of(1));
  expect(hid.done).toEqual(["close"]);
  expect(heard).toBe(0);
});

test("a device that opens after its deadline is closed again", async () => {
  const clock = new SimulatedClock();
  const { promise, resolve } = Promise.withResolvers<HidDevice>();
  const asked = Promise.withResolvers<void>();
  const opening = hidReports({ path }, clock, () => {
    asked.resolve();
    return promise;
  })(signal);
  await asked.promise;
  await clock.advance(5_000);
  expect(await opening).toMatchObject({ ok: false, error: { code: "common.deadline" } });
  resolve(hid);
  await expect.poll(() => hid.done).toEqual(["close"]);
});
