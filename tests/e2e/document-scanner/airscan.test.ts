import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import {
  createDocumentScannerSimulator,
  type DocumentScannerSimulator,
} from "../../../simulators/document-scanner/simulator.ts";
import { airscanMissing, scanimage } from "../../support/airscan.ts";

/** Our simulated scanner under SANE's eSCL client: it shows that what our driver is tested on is a fair scanner. */

const missing = airscanMissing();
let folder: string;
let simulator: DocumentScannerSimulator;

beforeEach(async (context) => {
  if (missing !== undefined) context.skip(missing);
  folder = mkdtempSync(join(tmpdir(), "airscan-"));
  simulator = createDocumentScannerSimulator({ id: "papers", clock: systemClock, scanTime: 200 });
  await simulator.start();
});
afterEach(async () => {
  await simulator?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const scan = (...args: string[]) => scanimage(folder, simulator.port, args);
const DEVICE = "--device-name=airscan:e0:kiosk";

test("it is found with its sources, its modes and its resolutions", async () => {
  expect((await scan("--list-devices")).toString("utf8")).toContain("airscan:e0:kiosk");
  const options = (await scan(DEVICE, "--all-options")).toString("utf8");
  expect(options).toMatch(/--source Flatbed\|ADF/);
  expect(options).toMatch(/--mode Color\|Gray/);
  expect(options).toMatch(/--resolution 75\|100\|200\|300dpi/);
});

test("a paper on its glass becomes the picture that it gave, and no job is left", async () => {
  const paper = simulator.layOnGlass();
  const png = await scan(DEVICE, "--source=Flatbed", "--mode=Gray", "--resolution=100", "--format=png");
  expect(simulator.scanned).toMatchObject([{ paper, source: "Platen" }]);
  expect(simulator.engine.current).toBeUndefined();
  const [seen, given] = await Promise.all([pixels(png), pixels(Buffer.from(simulator.scanned[0]?.picture ?? []))]);
  expect(seen.width).toBe(given.width);
  expect(seen.height).toBe(given.height);
  expect(seen.data.findIndex((value, at) => Math.abs(value - (given.data[at] ?? -9)) > 2)).toBe(-1);
});

test("a paper in its feeder is scanned, in colour", async () => {
  const [paper] = simulator.load();
  const png = await scan(DEVICE, "--source=ADF", "--mode=Color", "--resolution=75", "--format=png");
  expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
  expect(simulator.scanned).toMatchObject([{ paper, source: "Feeder" }]);
});

test.each([
  ["an empty feeder", { feeder: [] }, /out of documents/],
  ["paper that sticks", { jamNext: true }, /jammed/],
  ["an open cover", { coverOpen: true }, /scanimage: /],
])("%s is told", async (_, condition, words) => {
  simulator.load();
  simulator.set(condition);
  await expect(scan(DEVICE, "--source=ADF", "--mode=Gray", "--format=png")).rejects.toThrow(words);
  expect(simulator.scanned).toEqual([]);
});

async function pixels(file: Buffer) {
  const image = await loadImage(file);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}
