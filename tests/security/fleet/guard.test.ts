import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyVerified } from "../../../fleet-agent/guard/copy.ts";
import { type GuardKit, guardKit } from "../../../fleet-agent/guard/testing/kit.ts";

let kit: GuardKit;
beforeEach(() => {
  kit = guardKit();
});
afterEach(() => kit.close());

test("nothing that a compromised agent puts into its requests directory stops the guard or leads it elsewhere", async () => {
  const outside = join(kit.directory, "outside");
  mkdirSync(join(outside, "kept"), { recursive: true });
  writeFileSync(join(outside, "secret"), "secret");
  const named = (kind: string) => join(kit.requests, kind);
  const ids = Array.from({ length: 6 }, () => randomUUID());
  symlinkSync(outside, named(`${ids[0]}.json`));
  execFileSync("mkfifo", [named(`${ids[1]}.json`)]);
  mkdirSync(named(`${ids[2]}.json`));
  symlinkSync(outside, join(named(`${ids[2]}.json`), "link"));
  writeFileSync(named(`${ids[3]}.json`), "[".repeat(70_000));
  writeFileSync(named(`${ids[4]}.json`), "[".repeat(60_000));
  writeFileSync(named("x..%2f..%2f.json"), "{}");
  // Where the answer to a good request will stand: a link, and a directory that is not empty.
  const good = { do: "confirm", version: "1.0.0" } as const;
  const linked = kit.put(good);
  symlinkSync(join(outside, "secret"), named(`${linked}.answer.json`));
  symlinkSync(join(outside, "secret"), named(`.${linked}.answer.json.new`));
  const blocked = kit.put(good);
  mkdirSync(join(named(`${blocked}.answer.json`), "deep"), { recursive: true });
  await kit.guard().once();
  for (const id of [...ids.slice(0, 5)]) expect(kit.answer(id)).toMatchObject({ code: "guard.bad-request" });
  expect(kit.answer(linked)).toMatchObject({ ok: true });
  expect(kit.answer(blocked)).toMatchObject({ ok: true });
  expect(readdirSync(kit.requests)).toEqual([]);
  expect(readdirSync(outside)).toEqual(["kept", "secret"]);
  expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
  expect(kit.running()).toBe("1.0.0");
});

test("a flood of requests is served in portions", async () => {
  for (let count = 0; count < 250; count++) kit.put({ do: "switch", version: "9.0.0" });
  await kit.guard().once();
  expect(readdirSync(kit.requests).filter((name) => !name.endsWith(".answer.json"))).toHaveLength(150);
  expect(kit.running()).toBe("1.0.0");
});

test("an answer tells nothing of files that the agent itself cannot read, and a false length fills no disk", async () => {
  const secret = join(kit.directory, "shadow");
  writeFileSync(secret, "root:secret");
  const wanted = { version: "1.1.0", file: secret, length: 3, sha256: "0".repeat(64) };
  const shorter = await kit.ask(kit.install(wanted));
  const exact = await kit.ask(kit.install({ ...wanted, length: 11 }));
  const longer = await kit.ask(kit.install({ ...wanted, length: 12 }));
  expect(exact).toMatchObject({ ok: false, code: "guard.wrong-file" });
  expect(exact.message).toBe(longer.message);
  for (const { message } of [shorter, exact, longer]) expect(message).not.toMatch(/[0-9a-f]{64}|11 bytes/);
  const sparse = join(kit.directory, "sparse");
  writeFileSync(sparse, "");
  truncateSync(sparse, 2 ** 40);
  const huge = await kit.ask(kit.install({ ...wanted, file: sparse, length: 2 ** 40 }));
  expect(huge).toMatchObject({ code: "guard.wrong-file" });
  execFileSync("mkfifo", [join(kit.directory, "fifo")]);
  const fifo = await kit.ask(kit.install({ ...wanted, file: join(kit.directory, "fifo") }));
  expect(fifo).toMatchObject({ code: "guard.wrong-file" });
  for (const file of ["/dev/zero", "/proc/self/mem", kit.directory, "\0", ""])
    expect(await kit.ask(kit.install({ ...wanted, file }))).toMatchObject({ code: "guard.wrong-file" });
  expect(existsSync(join(kit.root, "incoming"))).toBe(false);
});

test("what is verified and unpacked is the guard's own copy, whatever becomes of the agent's file meanwhile", async () => {
  const release = kit.pack("1.1.0");
  const evil = kit.pack("1.1.0", { adds: { "runtime.js": "evil" } });
  const incoming = join(kit.root, "incoming");
  expect(await copyVerified(release.file, incoming, release)).toEqual({ ok: true, value: undefined });
  renameSync(evil.file, release.file);
  expect(readFileSync(incoming, "utf8")).toContain("runtime 1.1.0");
  expect(statSync(incoming).mode & 0o077).toBe(0);
  expect(await kit.ask(kit.install(release))).toMatchObject({ code: "guard.wrong-file" });
});

test("a release that was confirmed is not taken back on the agent's word", async () => {
  await kit.ask(kit.install(kit.pack("1.1.0")));
  await kit.ask({ do: "switch", version: "1.1.0" });
  await kit.ask({ do: "confirm", version: "1.1.0" });
  expect(await kit.ask({ do: "rollback", version: "1.1.0", code: "x" })).toMatchObject({ code: "guard.not-on-trial" });
  expect(kit.running()).toBe("1.1.0");
  expect(statSync(kit.stateFile).mode & 0o777).toBe(0o644);
});
