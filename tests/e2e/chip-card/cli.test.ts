import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { cardAccessNumber } from "../../../simulators/chip-card/document.ts";
import type { PrivatePcsc } from "../../../simulators/chip-card/private-pcsc.ts";
import { type ChipCardSimulator, createChipCardSimulator } from "../../../simulators/chip-card/simulator.ts";
import { cardMrz, cardQr } from "../../../simulators/code-reader/cards.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { pcscMissing, startPcsc, watchSlot } from "../../support/pcsc.ts";

const ROOT = join(import.meta.dirname, "../../..");
const RUN = "12345678-5";
const PERSON = personWithRun(RUN);

/** The command line of the driver, the real pcscd, the real virtual reader, and a simulated chip in it. */
const missing = pcscMissing();
let pcsc: PrivatePcsc;
let slot: ReturnType<typeof watchSlot>;
let simulator: ChipCardSimulator;
let folder: string;
let trust: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  pcsc = await startPcsc();
  slot = watchSlot(pcsc);
  simulator = createChipCardSimulator({ id: "chip", clock: systemClock, vpcd: pcsc.vpcd });
  await simulator.start();
  folder = mkdtempSync(join(tmpdir(), "chip-cli-"));
  trust = join(folder, "csca.cer");
  writeFileSync(trust, simulator.csca());
  writeFileSync(join(folder, "mrz.txt"), `${cardMrz(RUN).join("\n")}\n`);
  writeFileSync(join(folder, "qr.txt"), Buffer.from(`${cardQr(PERSON)}\r`, "latin1"));
});
afterAll(async () => {
  if (missing !== undefined) return;
  await simulator.stop();
  await slot.stop();
  await pcsc.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});
afterEach(async () => {
  await simulator?.remove();
  await slot?.empty();
});

type Ended = { readonly status: number | null; readonly outcome: unknown; readonly events: readonly unknown[] };

function driver(kind: string, command: string, ...options: string[]) {
  const child = spawn(
    "node",
    ["scripts/run.mjs", "drivers/cli/main.ts", kind, command, "--json", "--timeout", "60", ...options],
    {
      cwd: ROOT,
      env: { ...process.env, ...pcsc.environment },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const lines: Record<string, unknown>[] = [];
  let rest = "";
  child.stdout.on("data", (bytes) => {
    const parts = (rest + bytes).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line)));
  });
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  child.on("close", (status) =>
    resolve({
      status,
      outcome: lines.find(({ type }) => type === "outcome"),
      events: lines.filter(({ type }) => type === "event").map(({ event }) => event),
    }),
  );
  return { child, lines, ended };
}

const insert = (parameters: Record<string, string | number> = {}) =>
  simulator.actions["insert-card"]?.run({ run: RUN, ...parameters });
const MRZ = () => ["--mrz", join(folder, "mrz.txt"), "--trust", trust];
const PROVED = { proof: "proved" };

test("a card with PACE is read, verified and told as JSON: events first, one outcome last", async () => {
  await insert();
  const { status, outcome, events } = await driver(
    "chip-card-reader",
    "read",
    ...MRZ(),
    "--portrait",
    join(folder, "face.jpg"),
  ).ended;
  expect(outcome).toMatchObject({
    outcome: "ok",
    result: {
      holder: {
        documentNumber: "501234567",
        issuer: "CHL",
        surname: "MUÑOZ PÉREZ",
        personalNumber: RUN,
        birthDate: "1974-08-12",
      },
      document: { issueDate: "2019-08-12" },
      portrait: { mime: "image/jpeg" },
      genuine: true,
      access: { protocol: "pace", cipher: "aes128" },
      authenticity: {
        hashes: PROVED,
        signature: PROVED,
        chain: PROVED,
        validity: PROVED,
        chipAuthentication: PROVED,
        activeAuthentication: PROVED,
      },
    },
  });
  expect(status).toBe(0);
  expect(events).toContainEqual({ event: "progress", step: "opened", protocol: "pace" });
  expect([...readFileSync(join(folder, "face.jpg")).subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test("a recorded read is as one that is not; its trace holds no key and no data, and is not replayed", async () => {
  await insert();
  const file = join(folder, "read.jsonl");
  const { status, outcome, events } = await driver("chip-card-reader", "read", ...MRZ(), "--trace", file).ended;
  expect(outcome).toMatchObject({ outcome: "ok", result: { genuine: true } });
  expect(status).toBe(0);
  expect(events.at(-1)).toMatchObject({ event: "trace", content: "masked", connections: 1, state: "recording" });
  const trace = readFileSync(file, "utf8");
  expect(trace).not.toMatch(/mrz\.txt|501234567/);
  // No picture, whose bytes would begin so, and no name.
  expect(trace).not.toMatch(/ffd8ff|4d55/i);
  const replayed = await driver("replay", file).ended;
  expect(replayed).toMatchObject({ status: 64, outcome: { error: { code: "common.bad-input" } } });
});

test("a card with Basic Access Control is opened with what the cédula's QR says, under the kind's shorter name", async () => {
  await insert({ access: "bac" });
  const { outcome, status } = await driver(
    "chip-card",
    "read",
    "--mrz",
    join(folder, "qr.txt"),
    "--trust",
    trust,
    "--groups",
    "DG1",
  ).ended;
  expect(outcome).toMatchObject({ outcome: "ok", result: { access: { protocol: "bac" }, genuine: true } });
  expect(status).toBe(0);
});

test("a card is waited for, and the card access number opens it", async () => {
  const cli = driver(
    "chip-card-reader",
    "read",
    "--can",
    cardAccessNumber(PERSON.card.documentNumber),
    "--port",
    pcsc.reader,
  );
  await expect.poll(() => cli.lines.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await insert();
  expect(await cli.ended).toMatchObject({
    status: 0,
    outcome: { result: { genuine: false, authenticity: { signature: PROVED, chain: { code: "chip-card.no-trust" } } } },
  });
});

test.each([
  ["cloned", { chipAuthentication: { code: "chip-card.cloned" }, activeAuthentication: { code: "chip-card.cloned" } }],
  ["altered-photo", { hashes: { code: "chip-card.hash-mismatch" } }],
  ["expired-signer", { validity: { code: "chip-card.signer-expired" } }],
  ["unknown-authority", { chain: { code: "chip-card.signer-unknown" } }],
])("a card that must not be believed, %s, is read and is not genuine", async (variant, authenticity) => {
  await insert({ variant });
  expect(await driver("chip-card-reader", "read", ...MRZ()).ended).toMatchObject({
    status: 0,
    outcome: { outcome: "ok", result: { genuine: false, authenticity } },
  });
});

test("a card that is taken away in the middle, and the key of another card, are errors for the citizen", async () => {
  await insert({ removedAt: 20 });
  expect(await driver("chip-card-reader", "read", ...MRZ()).ended).toMatchObject({
    status: 1,
    outcome: { outcome: "error", error: { code: "chip-card.removed", who: "citizen" } },
  });
  await slot.empty();
  await insert({ run: "11111111-1" });
  expect(await driver("chip-card-reader", "read", ...MRZ()).ended).toMatchObject({
    status: 1,
    outcome: { outcome: "error", error: { code: "chip-card.key-refused", who: "citizen" } },
  });
});

test("a hostile card ends in its error within the deadline", async () => {
  await simulator.actions["insert-hostile-card"]?.run({ malice: "endless-answer" });
  expect(await driver("chip-card-reader", "read", ...MRZ()).ended).toMatchObject({
    status: 1,
    outcome: { outcome: "error", error: { code: "chip-card.excessive" } },
  });
});

test("status and watch tell of reader and card; without a key a read is bad usage", async () => {
  await insert();
  expect(await driver("chip-card-reader", "status").ended).toMatchObject({
    status: 0,
    outcome: { outcome: "ok", result: { link: "connected", conditions: [{ code: "no-trust" }] } },
  });
  const watching = driver("chip-card-reader", "watch");
  await expect
    .poll(() => watching.lines, { timeout: 20_000 })
    .toContainEqual({ type: "event", event: { event: "card", card: "present" } });
  await simulator.remove();
  await expect
    .poll(() => watching.lines, { timeout: 20_000 })
    .toContainEqual({ type: "event", event: { event: "card", card: "absent" } });
  watching.child.kill("SIGINT");
  expect(await watching.ended).toMatchObject({ status: 0 });
  expect(await driver("chip-card-reader", "read").ended).toMatchObject({ status: 64 });
});
