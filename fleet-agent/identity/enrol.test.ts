import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { enrolmentRequestSchema } from "../../base/contracts/fleet/identity.ts";
import { publicKeyOf } from "../../base/node/certificates.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { type EnrolmentOptions, enrol, normaliseCode } from "./enrol.ts";
import { openIdentity } from "./identity.ts";
import { type FakeServer, startFakeServer } from "./testing.ts";

let server: FakeServer;
let directory: string;

beforeAll(async () => {
  server = await startFakeServer(systemClock.now());
});
afterAll(() => server.close());
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "identity-")), "identity");
  server.instead = undefined;
  server.requests.length = 0;
});

const start = (options: Partial<EnrolmentOptions> = {}) =>
  enrol({
    ...{ directory, server: server.url, code: "ABCD-EFGH-JKMN", clock: systemClock },
    ...{ trust: { kind: "fingerprint", sha256: server.fingerprint }, machine: { hostname: "box", platform: "linux" } },
    ...options,
  });
const code = async (options: Partial<EnrolmentOptions> = {}) => {
  const result = await start(options);
  return result.ok ? "ok" : result.error.code;
};
const sentKey = (index: number) => enrolmentRequestSchema.parse(JSON.parse(server.requests[index] ?? "")).csr;

test("a machine that compares the CA's fingerprint gets its identity, which nobody else on it can read", async () => {
  expect(await start()).toEqual({ ok: true, value: { kiosk: "kiosk-1", place: "Oficina" } });
  expect(readdirSync(directory)).toEqual(["identity.json"]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, "identity.json")).mode & 0o777).toBe(0o600);
  const identity = openIdentity(directory, systemClock);
  expect(identity).toMatchObject({ ok: true, value: { kiosk: "kiosk-1", place: "Oficina", updates: "/updates/" } });
});

test("the private key never leaves the machine", async () => {
  await start();
  const { key } = JSON.parse(readFileSync(join(directory, "identity.json"), "utf8"));
  const secret = key.split("\n").slice(1, 2).join("");
  expect(server.requests.join("")).not.toContain(secret);
  expect(server.requests.join("")).not.toContain("PRIVATE KEY");
});

test("the authority's file serves as well as its fingerprint", async () =>
  expect(await code({ trust: { kind: "authority", pem: server.ca } })).toBe("ok"));

test("a server of another authority is not trusted, and gets neither code nor request", async () => {
  const other = await startFakeServer(systemClock.now());
  try {
    expect(await code({ trust: { kind: "fingerprint", sha256: other.fingerprint } })).toBe(
      "identity.server-not-trusted",
    );
    expect(await code({ trust: { kind: "authority", pem: other.ca } })).toBe("identity.server-not-trusted");
    expect(await code({ trust: { kind: "system" } })).toBe("identity.server-not-trusted");
    const wrongName = server.url.replace("127.0.0.1", "localhost");
    expect(await code({ server: wrongName })).toBe("identity.server-not-trusted");
    expect(server.requests).toEqual([]);
  } finally {
    await other.close();
  }
});

test("when the answer is lost the same key is sent again", async () => {
  server.instead = "cut";
  expect(await code()).toBe("identity.server-unreachable");
  expect(readdirSync(directory)).toEqual(["enrolment.key"]);
  expect(statSync(join(directory, "enrolment.key")).mode & 0o777).toBe(0o600);
  const kept = publicKeyOf(readFileSync(join(directory, "enrolment.key"), "utf8"));
  server.instead = undefined;
  expect(await code()).toBe("ok");
  const { key } = JSON.parse(readFileSync(join(directory, "identity.json"), "utf8"));
  expect(publicKeyOf(key)).toEqual(kept);
  expect(sentKey(1).length).toBeGreaterThan(0);
});

test("a key that a power cut spoiled is made anew", async () => {
  server.instead = "cut";
  await start();
  writeFileSync(join(directory, "enrolment.key"), "-----BEGIN PRI");
  server.instead = undefined;
  expect(await code()).toBe("ok");
});

test.each([
  [
    "the server's refusal",
    { status: 401, code: "identity.code-refused", message: "no", now: 1 },
    "identity.code-refused",
  ],
  [
    "a refusal this version does not know",
    { status: 401, code: "x.y", message: "no", now: 1 },
    "identity.answer-wrong",
  ],
  ["a proxy's page", { status: 502 }, "identity.answer-wrong"],
  ["an answer of another form", { status: 200, kiosk: "kiosk-1" }, "identity.answer-wrong"],
])("%s is told and leaves no identity", async (_what, { status, ...body }, expected) => {
  server.instead = { status, body: JSON.stringify(body) };
  expect(await code()).toBe(expected);
  expect(openIdentity(directory, systemClock)).toMatchObject({ error: { code: "identity.absent" } });
});

test("a certificate for another key is refused", async () => {
  await start();
  const before = readFileSync(join(directory, "identity.json"), "utf8");
  const { key: _key, ...answer } = JSON.parse(before);
  server.instead = { status: 200, body: JSON.stringify(answer) };
  expect(await code({ replace: true })).toBe("identity.answer-wrong");
  expect(readFileSync(join(directory, "identity.json"), "utf8")).toBe(before);
});

test("an enrolled machine keeps its identity unless told otherwise", async () => {
  await start();
  expect(await code()).toBe("identity.already-enrolled");
  expect(await code({ replace: true })).toBe("ok");
});

test("nothing is sent in clear over a network, and bad input is told", async () => {
  expect(await code({ server: "http://fleet.example" })).toBe("identity.server-insecure");
  expect(await code({ server: "fleet" })).toBe("common.bad-input");
  expect(await code({ code: "ABCD" })).toBe("common.bad-input");
  expect(await code({ trust: { kind: "fingerprint", sha256: "AB:CD" } })).toBe("common.bad-input");
});

test("a server that is not there, and a caller that gives up", async () => {
  expect(await code({ server: "https://127.0.0.1:1" })).toBe("identity.server-unreachable");
  expect(await code({ signal: AbortSignal.abort() })).toBe("common.cancelled");
});

test("codes are taken as people type them", () => {
  expect(normaliseCode(" abcd efgh-jkmn ")).toBe("ABCD-EFGH-JKMN");
  expect(normaliseCode("oil0oil0oil0")).toBe("0110-0110-0110");
});
