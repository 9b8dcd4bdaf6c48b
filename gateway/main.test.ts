import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../base/node/system-clock.ts";
import { type Institutions, startInstitutions } from "../simulators/institutions/start.ts";
import { KioskClient } from "../tests/support/gateway-kit.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
let institutions: Institutions;
let directory: string;
let child: ChildProcess | undefined;
let output: { text: string; log: string };

beforeEach(async () => {
  institutions = await startInstitutions({ clock: systemClock });
  directory = mkdtempSync(join(tmpdir(), "gateway-main-"));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  await institutions.stop();
});

function run(config: unknown): ChildProcess {
  const path = join(directory, "gateway.json");
  writeFileSync(path, JSON.stringify(config));
  const started = spawn(process.execPath, [MAIN], {
    env: { ...process.env, VENTANILLA_GATEWAY_CONFIG: path, VENTANILLA_GATEWAY_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const collected = { text: "", log: "" };
  started.stdout.on("data", (chunk: Buffer) => {
    collected.text += chunk.toString();
  });
  started.stderr.on("data", (chunk: Buffer) => {
    collected.log += chunk.toString();
  });
  output = collected;
  child = started;
  return started;
}

async function ready(): Promise<string> {
  await expect.poll(() => output.text, { timeout: 15_000 }).toMatch(/\n/);
  return /^gateway (https:\/\/127\.0\.0\.1:\d+)\n$/.exec(output.text)?.[1] ?? "";
}

function client(url: string): KioskClient {
  const pem = (name: string) => readFileSync(join(directory, "state", "pki", name), "utf8");
  const pair = { certificate: pem("kiosk-kiosk-demo.crt"), key: pem("kiosk-kiosk-demo.key") };
  return new KioskClient(url, pem("ca.crt"), pair);
}

test("the program prints its address, serves a kiosk with the development certificate, and stops on SIGTERM", async () => {
  const started = run({ stateDirectory: join(directory, "state"), institutions: institutions.gatewayConfig });
  const url = await ready();
  const kiosk = client(url);
  expect(await kiosk.send("GET", "/v1/health")).toEqual({
    status: 200,
    body: {
      institutions: {
        fonasa: "up",
        srcei: "up",
        chileatiende: "up",
        notify: "up",
        claveunica: "up",
        fingerprint: "up",
        firmagob: "up",
      },
    },
  });
  await kiosk.close();
  started.kill("SIGTERM");
  expect((await once(started, "exit"))[0]).toBe(0);
  expect(output.text.split("\n")).toHaveLength(2);
  const events = output.log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  expect(events).toEqual(["gateway.sealing-key", "process.started", "gateway.request", "process.stopped"]);
});

test("killed between the effect and its answer, the next run finds the one bono by its key", async () => {
  const config = { stateDirectory: join(directory, "state"), institutions: institutions.gatewayConfig };
  const started = run(config);
  const first = client(await ready());
  const run1 = "12345678-5";
  const quoted = await first.query("fonasa.quote", { run: run1, prestacion: "0101001", provider: "76000001-9" });
  const { quote } = (quoted.body as unknown as { result: { quote: string } }).result;
  const input = { run: run1, quote, payment: { amount: 5_300, ticket: "T", authorizationCode: "1" } };
  await institutions.bono.fail("slow", { times: 1, milliseconds: 600_000 });
  const lost = first.submit("k", "fonasa.bono.issue", input).catch(() => "no answer");
  await expect.poll(() => institutions.bono.ledger.issued.length).toBe(1);
  started.kill("SIGKILL");
  await once(started, "exit");
  expect(await lost).toBe("no answer");
  await first.close();

  run(config);
  const second = client(await ready());
  await expect.poll(() => output.log, { timeout: 10_000 }).toContain("gateway.submission-reconciled");
  await expect
    .poll(async () => (await second.state("k")).body, { timeout: 10_000 })
    .toMatchObject({ state: "done", answer: { outcome: "ok" } });
  expect((await second.submit("k", "fonasa.bono.issue", input)).body).toMatchObject({ outcome: "ok" });
  expect(institutions.bono.ledger.issued).toHaveLength(1);
  await second.close();
});

test("a configuration that is wrong ends the program with the field's name", async () => {
  const started = run({ institutions: {} });
  expect((await once(started, "exit"))[0]).toBe(78);
  expect(output.log).toContain("stateDirectory");
});
