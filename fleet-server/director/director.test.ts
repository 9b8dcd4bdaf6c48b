import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Command } from "../../base/contracts/fleet/command.ts";
import { desiredSchema } from "../../base/contracts/fleet/desired.ts";
import { silentLogger } from "../../base/log.ts";
import { makeContext, type TestContext } from "../identity/testing.ts";
import { json } from "../store/database.ts";
import { createDirector } from "./director.ts";
import { openDirectorKey } from "./director-key.ts";
import type { Director } from "./interface.ts";

let context: TestContext;
let director: Director;
let kiosk: string;
let number = 0;

beforeAll(async () => {
  context = await makeContext();
  director = createDirector(context, await openDirectorKey(context.settings.keys, context.log));
  const target = { platform: null, needs_release: null, notes: "", added_at: 1, length: 10, sha256: "ab".repeat(32) };
  await context.db
    .insertInto("target")
    .values([
      { ...target, path: "releases/2.0.0.tar", kind: "release", service: null, version: "2.0.0" },
      { ...target, path: "services/a.tar", kind: "service", service: "fonasa/bono", version: "1.0.1" },
    ])
    .execute();
});
afterAll(() => context.close());
beforeEach(async () => {
  kiosk = await newKiosk(`kiosk-${++number}`);
  context.audited.length = 0;
  context.published.length = 0;
});

async function newKiosk(id: string): Promise<string> {
  await context.db
    .insertInto("kiosk")
    .values({
      ...{ id, place: "Oficina", site: "Santiago", ring: "general", tags: json([]), time_zone: "UTC", notes: "" },
      ...{ opening_hours: null, created_at: 1, enrolled_at: null, retired_at: null, desired_revision: 1 },
      ...{ condition: "never-seen", condition_rank: 4, service_state: "unknown", release: null },
      update_state: null,
    })
    .execute();
  return id;
}

const send = (command: Command, expiresIn = 600) =>
  context.db
    .transaction()
    .execute((within) => director.send({ kiosk, command, by: "ana", reason: "paper", expiresIn }, within));
const changed = (kiosks: readonly string[]) =>
  context.db.transaction().execute((within) => director.changed(kiosks, within));
const assign = (subject: string, target: string) =>
  context.db.insertInto("assignment").values({ kiosk, subject, target, attempt: 1, rollout: null }).execute();

async function open(jws: string): Promise<{ type: string | undefined; payload: unknown }> {
  const [jwk] = director.keys;
  const { kid, typ } = decodeProtectedHeader(jws);
  expect(kid).toBe(jwk?.kid);
  const { payload } = await compactVerify(jws, await importJWK({ ...jwk }, "EdDSA"), { algorithms: ["EdDSA"] });
  return { type: typ, payload: JSON.parse(new TextDecoder().decode(payload)) };
}
async function desired() {
  const { etag, jws } = await director.desired(kiosk);
  const { type, payload } = await open(jws);
  expect(type).toBe("ventanilla-desired+jwt");
  return { etag, state: desiredSchema.parse(payload) };
}

test("a kiosk without assignments shall stay with what runs", async () => {
  const { state } = await desired();
  expect(state).toEqual({
    ...{ kiosk, revision: 1, issuedAt: context.clock.now(), services: {}, commands: [] },
    intervals: { desired: 300, heartbeat: 60, machine: 900 },
  });
});

test("assignments come with the length and digest of their targets", async () => {
  await assign("release", "releases/2.0.0.tar");
  await assign("fonasa/bono", "services/a.tar");
  const { state } = await desired();
  const common = { length: 10, sha256: "ab".repeat(32), attempt: 1 };
  expect(state.release).toEqual({ path: "releases/2.0.0.tar", version: "2.0.0", ...common });
  expect(state.services).toEqual({ "fonasa/bono": { path: "services/a.tar", version: "1.0.1", ...common } });
});

test("the ETag stays while nothing changes, though time passes, and changes with every change", async () => {
  const first = await director.etag(kiosk);
  await context.clock.advance(1_000);
  expect(await director.etag(kiosk)).toBe(first);
  expect((await desired()).etag).toBe(first);
  const seen = [first];
  const note = async () => {
    const { etag } = await desired();
    expect(await director.etag(kiosk)).toBe(etag);
    seen.push(etag);
  };
  await assign("release", "releases/2.0.0.tar");
  await changed([kiosk]);
  await note();
  const { id } = await send({ name: "drain" }, 60);
  await note();
  await send({ name: "resume" }, 120);
  await note();
  await context.db.updateTable("command").set({ state: "received" }).where("id", "=", id).execute();
  await note();
  await context.clock.advance(120_000);
  await note();
  expect(new Set(seen).size).toBe(seen.length);
  expect((await desired()).state.commands).toEqual([]);
});

test("other settings of the server change the ETag too", async () => {
  const settings = { ...context.settings, intervals: { ...context.settings.intervals, heartbeat: 30 } };
  const other = createDirector({ ...context, settings }, await openDirectorKey(context.settings.keys, context.log));
  expect(await other.etag(kiosk)).not.toBe(await director.etag(kiosk));
});

test("a command is signed for its kiosk and its time, queued, audited and told", async () => {
  const { id } = await send({ name: "restart-part", part: "runtime" });
  const row = await context.db.selectFrom("command").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const iat = Math.floor(context.clock.now() / 1_000);
  const command = { name: "restart-part", part: "runtime" };
  expect(await open(row.jws)).toEqual({
    type: "ventanilla-command+jwt",
    payload: { jti: id, aud: kiosk, iat, exp: iat + 600, command, by: "ana", reason: "paper" },
  });
  expect(row).toMatchObject({ kiosk, command, state: "queued", expires_at: (iat + 600) * 1_000 });
  expect((await desired()).state).toMatchObject({ revision: 2, commands: [row.jws] });
  expect(context.audited).toMatchObject([{ actor: "ana", action: "command.sent", subject: kiosk }]);
  expect(context.published).toEqual([{ topic: "command", kiosk, command: id }]);
});

test("commands wait oldest first, a hundred at a time", async () => {
  const sent: string[] = [];
  for (let time = 0; time < 101; time++) {
    await context.clock.advance(1);
    sent.push((await send({ name: "test-print", device: "printer" }, 86_400)).id);
  }
  const { state, etag } = await desired();
  const ids = await Promise.all(state.commands.map(async (jws) => (await open(jws)).payload));
  expect(ids).toMatchObject(sent.slice(0, 100).map((jti) => ({ jti })));
  expect(await director.etag(kiosk)).toBe(etag);
});

test("many kiosks grow at once and are told in messages that the database can carry", async () => {
  const others = await Promise.all(Array.from({ length: 150 }, (_, index) => newKiosk(`many-${index}`)));
  await changed(others);
  await changed([]);
  const rows = await context.db.selectFrom("kiosk").select("desired_revision").where("id", "in", others).execute();
  expect(new Set(rows.map((row) => row.desired_revision))).toEqual(new Set([2]));
  expect(context.published.map((message) => ("kiosks" in message ? message.kiosks.length : 0))).toEqual([100, 50]);
});

test("a kiosk that does not exist has no desired state", async () => {
  await expect(director.etag("nobody")).rejects.toThrow("nobody");
  await expect(director.desired("nobody")).rejects.toThrow("nobody");
});

test("the director's key is made once, readable by its owner only; a damaged one is an error", async () => {
  const directory = join(mkdtempSync(join(tmpdir(), "director-")), "keys");
  const [one, two] = await Promise.all([1, 2].map(() => openDirectorKey(directory, silentLogger)));
  expect(one?.publicKey).toEqual(two?.publicKey);
  const path = join(directory, "director.key");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, "cut");
  await expect(openDirectorKey(directory, silentLogger)).rejects.toThrow("cannot be read");
});
