import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { watchDeviceFile } from "./hot-plug.ts";

let dev: string;
beforeEach(() => {
  dev = mkdtempSync(join(tmpdir(), "dev-"));
});

function notices(path: string): () => number {
  let count = 0;
  const end = watchDeviceFile(path)?.(() => count++);
  onTestFinished(() => end?.());
  return () => count;
}

test("a device file that appears is noticed, and one of another name is not", async () => {
  const other = notices(join(dev, "ttyACM1"));
  const seen = notices(join(dev, "ttyACM0"));
  writeFileSync(join(dev, "ttyACM0"), "");
  await expect.poll(seen).toBeGreaterThan(0);
  expect(other()).toBe(0);
});

test("a link is noticed in a folder that appears only with it, as udev makes them", async () => {
  const seen = notices(join(dev, "serial/by-id/usb-Maker_Scanner-if00"));
  mkdirSync(join(dev, "serial"));
  await expect.poll(seen).toBe(1);
  mkdirSync(join(dev, "serial/by-id"));
  await expect.poll(seen).toBe(2);
  symlinkSync("../../ttyACM0", join(dev, "serial/by-id/usb-Maker_Scanner-if00"));
  await expect.poll(seen).toBe(3);
});

test("a folder that goes away with its last link and comes back is watched again", async () => {
  const folder = join(dev, "by-id");
  mkdirSync(folder);
  const seen = notices(join(folder, "usb-Maker"));
  rmSync(folder, { recursive: true });
  await expect.poll(seen).toBeGreaterThan(0);
  const before = seen();
  mkdirSync(folder);
  await expect.poll(seen).toBeGreaterThan(before);
  const there = seen();
  writeFileSync(join(folder, "usb-Maker"), "");
  await expect.poll(seen).toBeGreaterThan(there);
});

test("after its end nothing is told any more", async () => {
  let count = 0;
  const end = watchDeviceFile(join(dev, "lp0"))?.(() => count++);
  const other = notices(join(dev, "lp0"));
  end?.();
  writeFileSync(join(dev, "lp0"), "");
  await expect.poll(other).toBeGreaterThan(0);
  expect(count).toBe(0);
});

test.each(["192.0.2.7:20007", "ups@localhost", "ipp://192.0.2.8/ipp/print", "ACS ACR122U"])(
  "for %s, which is no file, there is nothing to watch",
  (port) => {
    expect(watchDeviceFile(port)).toBeUndefined();
  },
);
