import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICES_DIRECTORY } from "../../../flows/node/load-services.ts";
import { buildRuntime } from "../../../scripts/build-runtime.ts";
import { pcscMissing } from "../../support/pcsc.ts";

/** Where the library of PC/SC is hidden from a program and those that it starts. */
const WITHOUT_LIBRARY = [
  "for file in $(ldconfig -p | awk '/libpcsclite\\.so\\.1 /{ print $NF }'); do mount --bind /dev/null $file; done",
  'exec "$@"',
].join("; ");

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "no-pcsc-"));
  program = join((await buildRuntime(join(folder, "runtime"))).folder, "main.js");
  writeFileSync(
    join(folder, "kiosk.yaml"),
    JSON.stringify({
      kiosk: { id: "k", place: "P", screenWidth: 337 },
      devices: [{ id: "chip", kind: "chip-card-reader", model: "pcsc", port: "*" }],
      gateway: { url: "http://127.0.0.1:9" },
      data: "data",
      view: { port: 0, bundle: "." },
      services: SERVICES_DIRECTORY,
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the runtime by `command`, asks it for its devices, and stops it. */
async function devicesOf(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const [file = "", ...parameters] = [...command, process.execPath, program, "--config", join(folder, "kiosk.yaml")];
  const child = spawn(file, parameters, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^kiosk (http:.*)$/.exec(line)?.[1];
      if (address === undefined) continue;
      const health = (await (await fetch(`${address}/health`)).json()) as { devices: unknown[] };
      return health.devices;
    }
    throw new Error(`the runtime ended with ${await exited}`);
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

const ABSENT = {
  device: "chip",
  link: "absent",
  readiness: "unavailable",
  conditions: [
    { code: "service-absent", severity: "fault", who: "technician" },
    { code: "no-trust", severity: "warning", who: "technician" },
  ],
};

test("where pcscd does not run the kiosk starts, and says that its reader needs the service", async () => {
  expect(await devicesOf([], { PCSCLITE_CSOCK_NAME: join(folder, "nobody") })).toMatchObject([ABSENT]);
});

test("where not even the library of PC/SC is installed the kiosk starts all the same", async (context) => {
  const missing = pcscMissing();
  if (missing !== undefined) return context.skip(missing);
  const hidden = ["unshare", "-m", "sh", "-c", WITHOUT_LIBRARY, "sh"];
  expect(await devicesOf(hidden, {})).toMatchObject([ABSENT]);
});
