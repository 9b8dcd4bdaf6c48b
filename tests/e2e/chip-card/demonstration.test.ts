import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { coded } from "../../../base/registry/coded-error.ts";
import type { CliCommand, CliKind, FailedOutcome } from "../../../drivers/cli/kind.ts";
import { Part } from "../../../scripts/demo/part.ts";
import { withSimulatedCards } from "../../../scripts/demo/simulated-cards.ts";
import { cardQr } from "../../../simulators/code-reader/cards.ts";
import { personWithRun } from "../../../simulators/people.ts";
import { pcscMissing } from "../../support/pcsc.ts";
import { until } from "../../support/until.ts";

/** The reader that the demonstration brings, and the command line that finds it. */
const ROOT = join(import.meta.dirname, "../../..");
/** Nothing listens there. */
const NO_DOCK = { VENTANILLA_SIMULATORS_PORT: "1" };
const missing = pcscMissing();
let folder: string;
let simulators: Part;
let address: string;

const newSimulators = (place: string) =>
  new Part({
    name: "simulators",
    program: "simulators/main.ts",
    environment: { VENTANILLA_SIMULATORS_PORT: "0", VENTANILLA_SIMULATED_DEVICES: place },
    log: () => {},
    onCrash: () => {},
  });

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "demo-chip-"));
  simulators = newSimulators(folder);
  address = await simulators.start();
});
afterAll(async () => {
  await simulators?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});
afterEach(async () => {
  if (missing === undefined) await act("remove-card");
});

type Line = { readonly type: string; readonly [name: string]: unknown };

/** `npm run driver -- chip-card <command> --json`, without a key. */
function driver(environment: Readonly<Record<string, string>>, ...words: string[]) {
  const { PCSCLITE_CSOCK_NAME: _, ...own } = process.env;
  const child = spawn("npm", ["run", "--silent", "driver", "--", "chip-card", ...words, "--json", "--timeout", "60"], {
    cwd: ROOT,
    env: { ...own, ...environment },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const said = text(child.stdout).then((all): Line[] =>
    all
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  const { promise: status, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { child, ended: Promise.all([said, status]).then(([lines, code]) => ({ lines, status: code })) };
}

function act(action: string, parameters: Readonly<Record<string, string>> = {}) {
  return fetch(`${address}/api/devices/chip-card-reader/actions/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(parameters),
  });
}

/** The daemons whose configuration lies below `place`. */
function daemonsOf(place: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return words[0]?.endsWith("pcscd") && words.some((word) => word.startsWith(place));
    } catch {
      return false;
    }
  });
}

test("the bare command reads the card that is in the dock's reader, and verifies it", async () => {
  await act("insert-card", { run: "11111111-1" });
  const { lines, status } = await driver({ VENTANILLA_SIMULATORS_PORT: new URL(address).port }, "read").ended;
  expect(lines.at(-1)).toMatchObject({
    type: "outcome",
    outcome: "ok",
    result: {
      holder: { personalNumber: "11111111-1", surname: "IBÁÑEZ GÜIRALDES" },
      genuine: true,
      authenticity: { chain: { proof: "proved" }, activeAuthentication: { proof: "proved" } },
    },
  });
  expect(status).toBe(0);
});

test("the bare command waits for a card, and tells a copied chip from a true one", async () => {
  const { child, ended } = driver({ VENTANILLA_SIMULATORS_PORT: new URL(address).port }, "read");
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await act("insert-card", { variant: "cloned" });
  const { lines } = await ended;
  expect(lines).toContainEqual({ type: "event", event: expect.objectContaining({ event: "card-wanted" }) });
  expect(lines.at(-1)).toMatchObject({ outcome: "ok", result: { genuine: false } });
});

test("a terminal of its own finds the same reader by its socket, with the key on standard input", async () => {
  await act("insert-card");
  const devices: { kind: string; reach?: { environment: Record<string, string>; options: Record<string, string> } }[] =
    JSON.parse(readFileSync(join(folder, "devices.json"), "utf8"));
  const reach = devices.find(({ kind }) => kind === "chip-card-reader")?.reach;
  const { child, ended } = driver(
    { ...NO_DOCK, ...reach?.environment },
    ...["read", "--trust", reach?.options.trust ?? "", "--groups", "DG1"],
  );
  child.stdin.end(Buffer.from(`${cardQr(personWithRun("12345678-5"))}\r`, "latin1"));
  expect((await ended).lines.at(-1)).toMatchObject({
    outcome: "ok",
    result: { genuine: true, holder: { documentNumber: "501234567" } },
  });
});

test("--simulated needs nothing else, and leaves nothing behind", async () => {
  const { lines, status } = await driver(NO_DOCK, "read", "--simulated").ended;
  expect(lines.at(-1)).toMatchObject({
    outcome: "ok",
    result: { holder: { personalNumber: "12345678-5" }, genuine: true },
  });
  expect(status).toBe(0);
  await until("its daemon is gone", () => daemonsOf(join(tmpdir(), "simulated-card-")).length === 0);
});

test("where there is no reader the bare command says how to get one, and one that was named is not replaced", async () => {
  const absent = { outcome: "error", error: coded("chip-card.service-absent") } as const;
  const seen: string[] = [];
  const status: CliCommand["run"] = async ({ port }) => {
    seen.push(port);
    return absent;
  };
  const kind: CliKind = {
    ...{ kind: "chip-card-reader", models: ["pcsc"], defaultModel: "pcsc", defaultPort: "any" },
    commands: { status: { summary: "", options: {}, run: status } },
  };
  const run = (port: string) => {
    const { signal } = new AbortController();
    return withSimulatedCards(kind).commands.status?.run({ model: "pcsc", port, options: {}, signal, event: () => {} });
  };
  vi.stubEnv("VENTANILLA_SIMULATORS_PORT", NO_DOCK.VENTANILLA_SIMULATORS_PORT);
  vi.stubEnv("PCSCLITE_CSOCK_NAME", undefined);
  const told = (await run("any")) as FailedOutcome;
  for (const way of ["npm start", "--simulated", "PCSCLITE_CSOCK_NAME"]) expect(told.error.message).toContain(way);
  vi.stubEnv("VENTANILLA_SIMULATORS_PORT", new URL(address).port);
  expect(await run("Alcor")).toEqual(absent);
  vi.stubEnv("PCSCLITE_CSOCK_NAME", join(folder, "another"));
  expect(await run("any")).toEqual(absent);
  expect(seen).toEqual(["any", "Alcor", "any"]);
  vi.unstubAllEnvs();
});

test.each(["stops", "crashes"])("when the demonstration %s, its pcscd goes with it", async (how) => {
  const place = mkdtempSync(join(tmpdir(), "demo-chip-"));
  const others = newSimulators(place);
  await others.start();
  expect(daemonsOf(place)).toHaveLength(1);
  if (how === "stops") await others.stop();
  else others.kill();
  await until("its daemon is gone", () => daemonsOf(place).length === 0, 5_000);
  rmSync(place, { recursive: true, force: true });
});
