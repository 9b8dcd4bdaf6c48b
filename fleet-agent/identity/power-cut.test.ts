import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { publicKeyOf } from "../../base/node/certificates.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { enrol } from "./enrol.ts";
import { openIdentity } from "./identity.ts";
import { type FakeServer, startFakeServer } from "./testing.ts";

/** A disk that loses power at a chosen call: nothing more reaches it, and what was written without fsync is cut short. */
const disk = vi.hoisted(() => ({
  left: Number.POSITIVE_INFINITY,
  paths: new Map<number, string>(),
  unsynced: new Set<string>(),
}));

vi.mock(import("node:fs"), async (original) => {
  const fs = await original();
  const step = () => {
    if (--disk.left <= 0) throw new Error("power cut");
  };
  return {
    ...fs,
    openSync: (path, flags, mode) => {
      step();
      const file = fs.openSync(path, flags, mode);
      disk.paths.set(file, String(path));
      return file;
    },
    writeFileSync: (file, data) => {
      step();
      if (typeof file !== "number") throw new Error("written without a way to sync it");
      disk.unsynced.add(disk.paths.get(file) ?? "");
      fs.writeFileSync(file, data);
    },
    fsyncSync: (file) => {
      step();
      disk.unsynced.delete(disk.paths.get(file) ?? "");
      fs.fsyncSync(file);
    },
    renameSync: (from, to) => {
      step();
      if (disk.unsynced.delete(String(from))) disk.unsynced.add(String(to));
      fs.renameSync(from, to);
    },
    rmSync: (path, options) => {
      step();
      fs.rmSync(path, options);
    },
  };
});

let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer(systemClock.now());
});
afterAll(() => server.close());

/** Runs `work` with the power cut at its `call`-th access to the disk; false when it ended before. */
async function cutAt(call: number, work: () => Promise<unknown>): Promise<boolean> {
  disk.left = call;
  const ended = await work().then(
    () => true,
    () => false,
  );
  disk.left = Number.POSITIVE_INFINITY;
  for (const path of disk.unsynced) if (existsSync(path)) truncateSync(path, 20);
  disk.unsynced.clear();
  return !ended;
}

const start = (directory: string, replace = false) =>
  enrol({
    ...{ directory, server: server.url, code: "ABCD-EFGH-JKMN", clock: systemClock, replace },
    ...{ trust: { kind: "authority", pem: server.ca }, machine: { hostname: "box", platform: "linux" } },
  });
const newDirectory = () => join(mkdtempSync(join(tmpdir(), "identity-")), "identity");
const state = (directory: string) => {
  const identity = openIdentity(directory, systemClock);
  return identity.ok ? "whole" : identity.error.code;
};
const pendingKey = (directory: string) => {
  try {
    return publicKeyOf(readFileSync(join(directory, "enrolment.key"), "utf8"));
  } catch {
    return undefined;
  }
};

test("a power cut at any point of an enrolment leaves no identity or a whole one, and the code can be tried again with the same key", async () => {
  let call = 1;
  for (; ; call++) {
    const directory = newDirectory();
    server.requests.length = 0;
    if (!(await cutAt(call, () => start(directory)))) break;
    expect(["whole", "identity.absent"]).toContain(state(directory));
    // What the server has seen must still be there: it gave its one certificate to this key.
    if (server.requests.length > 0 && state(directory) !== "whole") expect(pendingKey(directory)).toBeDefined();
    const before = pendingKey(directory);
    expect(await start(directory, true)).toMatchObject({ ok: true });
    const { key } = JSON.parse(readFileSync(join(directory, "identity.json"), "utf8"));
    if (before !== undefined) expect(publicKeyOf(key)).toEqual(before);
    expect(readdirSync(directory)).not.toContain("enrolment.key");
  }
  expect(call).toBeGreaterThan(12);
});

test("a power cut at any point of a renewal leaves the old identity or the new one", async () => {
  let call = 1;
  for (; ; call++) {
    const directory = newDirectory();
    await start(directory);
    const opened = openIdentity(directory, systemClock);
    if (!opened.ok) throw new Error(opened.error.message);
    const { csr, install } = await opened.value.prepareRenewal();
    const certificate = await server.issue(csr, "kiosk-1", systemClock.now());
    const old = opened.value.credentials.value.certificate;
    if (!(await cutAt(call, async () => install(certificate)))) break;
    const after = openIdentity(directory, systemClock);
    expect([old, certificate]).toContain(after.ok ? after.value.credentials.value.certificate : after.error.code);
  }
  expect(call).toBeGreaterThan(5);
});
