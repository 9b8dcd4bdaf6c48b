import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeDurably } from "./durable-file.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ventanilla-durable-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a file is replaced as a whole, with its mode, and nothing lies beside it", async () => {
  const file = join(directory, "a");
  await writeDurably(file, "a long first content", 0o600);
  await writeDurably(file, Buffer.from("second"), 0o600);
  expect(await readFile(file, "utf8")).toBe("second");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["a"]);
});

test("when it cannot be replaced, nothing remains of the try", async () => {
  await expect(writeDurably(directory, "x")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(join(directory, ".."))).not.toContain(`${directory}.new`);
});
