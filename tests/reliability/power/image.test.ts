import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { autopsy, checked, missingDiskTool, newImage } from "./image.ts";

const SUPERBLOCK = 1_024;
const missing = missingDiskTool();

let folder: string;
beforeEach(({ skip }) => {
  if (missing !== undefined) skip(missing);
  folder = mkdtempSync(join(tmpdir(), "image-"));
});
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test("a whole disk needs no repair", () => {
  const seen = autopsy(newImage(folder), join(folder, "autopsy"));
  expect(seen).toMatchObject({ faults: [], journeys: [] });
  expect(seen).not.toHaveProperty("repaired");
});

test("a superblock that was torn between its sectors is put right from its copy, and told", () => {
  const image = newImage(folder);
  const before = Buffer.from(image);
  image.fill(0x55, SUPERBLOCK + 0x2c, SUPERBLOCK + 0x34);
  const seen = autopsy(image, join(folder, "autopsy"));
  expect(seen).toMatchObject({ faults: [], repaired: expect.stringContaining("superblock") });
  const mended = checked(image, join(folder, "check"));
  expect(autopsy(mended, join(folder, "autopsy"))).not.toHaveProperty("repaired");
  expect(mended.subarray(SUPERBLOCK, SUPERBLOCK + 4)).toEqual(before.subarray(SUPERBLOCK, SUPERBLOCK + 4));
});

test("a disk with no file system at all is at fault", () => {
  const image = newImage(folder).fill(0);
  expect(autopsy(image, join(folder, "autopsy")).faults).toHaveLength(1);
  expect(() => checked(image, join(folder, "check"))).toThrow("e2fsck ends with");
});
