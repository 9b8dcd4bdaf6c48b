import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import * as tar from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesBelow, packArchive } from "./pack.ts";
import { type ArchiveLimits, RELEASE_LIMITS, readArchived, unpackArchive } from "./unpack.ts";
import { BLOCK, decodeHeader, encodeHeader, nameFault } from "./ustar.ts";

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "ventanilla-archive-"));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const file = () => join(scratch, "a.tar.zst");
const destination = () => join(scratch, "out");
const unpack = (limits: ArchiveLimits = RELEASE_LIMITS) => unpackArchive(file(), destination(), limits);

/** A tar of headers as they are given, with `content` for each, compressed. */
async function write(...entries: readonly (readonly [header: Buffer, content?: Uint8Array])[]): Promise<void> {
  const parts = entries.flatMap(([header, content = Buffer.alloc(0)]) => [
    header,
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  await writeFile(file(), zstdCompressSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])));
}

/** A header with bytes changed and its checksum made right again. */
function header(name: string, change: (block: Buffer) => void = () => undefined, size = 0): Buffer {
  const block = encodeHeader({ name: "x".repeat(name.length), kind: "file", size, executable: false });
  block.write(name, 0, "latin1");
  change(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

async function expectRefused(code: string, detail: string | RegExp, limits?: ArchiveLimits): Promise<void> {
  const answer = await unpack(limits);
  expect(answer).toMatchObject({ ok: false, error: { code } });
  if (!answer.ok) expect(answer.error.message).toMatch(detail);
  expect(await readdir(scratch)).toEqual(["a.tar.zst"]);
}

test("what is packed comes out again, with its directories and the right to run", async () => {
  await packArchive(
    [
      { name: "b/c/run.sh", from: Buffer.from("#!/bin/sh\n"), executable: true },
      { name: "a.txt", from: Buffer.from("ñ") },
      { name: "empty", from: Buffer.alloc(0) },
    ],
    file(),
  );
  expect(await unpack()).toMatchObject({ ok: true });
  expect(await readFile(join(destination(), "a.txt"), "utf8")).toBe("ñ");
  expect((await stat(join(destination(), "b/c/run.sh"))).mode & 0o777).toBe(0o755);
  expect((await stat(join(destination(), "empty"))).size).toBe(0);
  expect(await readArchived(file(), "a.txt", RELEASE_LIMITS)).toMatchObject({ ok: true, value: Buffer.from("ñ") });
  expect(await readArchived(file(), "none", RELEASE_LIMITS)).toEqual({ ok: true, value: undefined });
});

test("the same files give the same bytes, whatever their order and times", async () => {
  const tree = join(scratch, "tree");
  await mkdir(join(tree, "d"), { recursive: true });
  await writeFile(join(tree, "d", "one"), "1");
  await writeFile(join(tree, "two"), "2");
  const entries = await filesBelow(tree);
  await packArchive(entries, file());
  const first = await readFile(file());
  await writeFile(join(tree, "two"), "2");
  await packArchive([...entries].reverse(), file());
  expect((await readFile(file())).equals(first)).toBe(true);
});

test("another program reads our archives", async () => {
  const long = `${"d".repeat(90)}/${"e".repeat(90)}.js`;
  await packArchive([{ name: long, from: Buffer.from("x") }], file());
  const plain = join(scratch, "plain.tar");
  await writeFile(plain, zstdDecompressSync(await readFile(file())));
  const names: string[] = [];
  await tar.t({ file: plain, strict: true, onReadEntry: ({ path }) => void names.push(path) });
  expect(names).toEqual([`${"d".repeat(90)}/`, long]);
});

test("links are not packed", async () => {
  await symlink("/etc/passwd", join(scratch, "link"));
  await expect(filesBelow(scratch)).rejects.toThrow("neither a file nor a directory");
});

test.each([
  ["symbolic link", "2", /symbolic link/],
  ["hard link", "1", /hard link/],
  ["character device", "3", /character device/],
  ["block device", "4", /block device/],
  ["named pipe", "6", /named pipe/],
  ["contiguous file", "7", /type/],
  ["extended header", "x", /type/],
  ["global extended header", "g", /type/],
  ["GNU long name", "L", /type/],
  ["GNU sparse file", "S", /type/],
])("a %s is refused", async (_name, type, detail) => {
  await write([header("ok")], [header("evil", (block) => block.write(type, 156))]);
  await expectRefused("update.archive-entry", detail);
});

test.each([
  ["an absolute path", "/etc/passwd"],
  ["a path that climbs out", "../evil"],
  ["a path that climbs out in the middle", "a/../../evil"],
  ["a dot", "./a"],
  ["a back-slash", "a\\b"],
  ["a drive", "C:evil"],
  ["an empty part", "a//b"],
  ["a line feed", "a\nb"],
  ["a letter beyond ASCII", "\u00e1"],
  ["a name that ends in a dot", "a."],
  ["a name that ends in a blank", "a "],
])("%s as a name is refused", async (_name, name) => {
  await write([header(name)]);
  await expectRefused("update.archive-entry", /./);
});

test("bytes after a NUL in a name are refused", async () => {
  await write([header("good\0evil")]);
  await expectRefused("update.archive-entry", "not the plain format");
});

test("a name that comes twice is refused, in whatever case", async () => {
  await write([header("readme")], [header("README")]);
  await expectRefused("update.archive-entry", "twice");
});

test("a file below another file, or below a directory that was never named, is refused", async () => {
  await write([header("a")], [header("a/b")]);
  await expectRefused("update.archive-entry", "directory is not in the archive");
  await write([header("a/b")]);
  await expectRefused("update.archive-entry", "directory is not in the archive");
});

test("special rights are refused", async () => {
  await write([header("a", (block) => block.write("0004755\0", 100))]);
  await expectRefused("update.archive-entry", "special rights");
});

test("a link's name in a regular file, and a GNU header, are refused", async () => {
  await write([header("a", (block) => block.write("/etc/passwd", 157))]);
  await expectRefused("update.archive-entry", "another file");
  await write([header("a", (block) => block.write("ustar  \0", 257))]);
  await expectRefused("update.archive-entry", "not the plain format");
});

test("what another program packs with links in it is refused", async () => {
  const tree = join(scratch, "tree");
  await mkdir(tree);
  await symlink("/etc", join(tree, "etc"));
  const plain = join(scratch, "plain.tar");
  await tar.c({ file: plain, cwd: tree, portable: true }, ["etc"]);
  await writeFile(file(), zstdCompressSync(await readFile(plain)));
  await rm(tree, { recursive: true });
  await rm(plain);
  await expectRefused("update.archive-entry", "symbolic link");
});

test("a decompression bomb is stopped by its ratio, and by its size", async () => {
  const size = 64 * 1024 * 1024;
  await write([header("zeros", undefined, size), Buffer.alloc(size)]);
  expect((await stat(file())).size).toBeLessThan(10_000);
  await expectRefused("update.archive-limit", "out of each byte");
  await expectRefused("update.archive-limit", "more than 2000000 bytes", {
    ...RELEASE_LIMITS,
    ratio: Number.POSITIVE_INFINITY,
    totalBytes: 2_000_000,
  });
  await expectRefused("update.archive-limit", "are allowed", { ...RELEASE_LIMITS, fileBytes: 1_000 });
});

test("too many entries are refused", async () => {
  await write(...["a", "b", "c"].map((name) => [header(name)] as const));
  await expectRefused("update.archive-limit", "more than 2 entries", { ...RELEASE_LIMITS, entries: 2 });
});

test("an archive that is cut off anywhere, changed or no archive leaves nothing", async () => {
  await packArchive([{ name: "a", from: Buffer.from("a".repeat(5_000)) }], file());
  const whole = await readFile(file());
  for (let length = 0; length < whole.length; length += 3) {
    await writeFile(file(), whole.subarray(0, length));
    // Near its end the compressed stream gives all there is, without its checksum.
    if (length < whole.length - 16) await expectRefused("update.archive-damaged", /./);
  }
  for (let at = 0; at < whole.length; at += 5) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x40;
    await writeFile(file(), changed);
    const read = await readArchived(file(), "a", RELEASE_LIMITS);
    if (read.ok) expect(read.value?.toString()).toBe("a".repeat(5_000));
  }
  await writeFile(file(), zstdCompressSync(Buffer.alloc(BLOCK, 1)));
  await expectRefused("update.archive-damaged", "checksum");
});

test("data after the end mark are refused", async () => {
  await writeFile(file(), zstdCompressSync(Buffer.concat([header("a"), Buffer.alloc(2 * BLOCK), header("hidden")])));
  await expectRefused("update.archive-damaged", "after the end");
});

test("what a power cut left of an earlier try does not matter; what is there under the name stays", async () => {
  await packArchive([{ name: "a", from: Buffer.from("a") }], file());
  await mkdir(join(scratch, ".out.unpacking", "old"), { recursive: true });
  expect(await unpack()).toMatchObject({ ok: true });
  expect(await readdir(destination())).toEqual(["a"]);
  expect(await unpack()).toMatchObject({ ok: false, error: { code: "update.storage" } });
  expect((await readdir(scratch)).sort()).toEqual(["a.tar.zst", "out"]);
});

test("every header that can be written is read as it was", () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9@+_-][a-zA-Z0-9@+_.-]{0,30}[a-z]$/);
  const entry = fc.record({
    name: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
    kind: fc.constant("file" as const),
    size: fc.integer({ min: 0, max: 0o77777777777 }),
    executable: fc.boolean(),
  });
  fc.assert(
    fc.property(entry, (given) => {
      expect(decodeHeader(encodeHeader(given))).toEqual({ ok: true, value: given });
    }),
  );
});

test("random blocks are never taken for an entry that leaves the directory", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 100, maxLength: 100 }), fc.constantFrom("0", "5"), (name, type) => {
      const read = decodeHeader(
        header("x", (block) => {
          block.set(name, 0);
          block.write(type, 156);
        }),
      );
      if (read.ok) expect(nameFault(read.value.name)).toBeUndefined();
    }),
  );
});
