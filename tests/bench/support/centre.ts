import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { initRepository } from "../../../fleet-server/repository/make.ts";
import { Part } from "../../../scripts/demo/part.ts";
import { StaffClient } from "../../../scripts/demo/staff-client.ts";

export type Centre = {
  /** Addresses for kiosks and for staff. */
  readonly devices: string;
  readonly console: string;
  /** PEM of the fleet's CA. */
  readonly ca: string;
  readonly staff: StaffClient;
  readonly pid: number;
  stop(): Promise<void>;
};

/**
 * Starts a real fleet server in a process of its own with an update repository, and signs its administrator in.
 *
 * @param options.settings overrides of its configuration file.
 */
export async function startCentre(options: {
  readonly directory: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Address of a PostgreSQL database; absent: the embedded one. */
  readonly database?: string | undefined;
  /** The server's program; absent: the real one. */
  readonly program?: string;
}): Promise<Centre> {
  const at = (name: string) => join(options.directory, name);
  mkdirSync(options.directory, { recursive: true });
  const made = await initRepository({
    ...{ directory: at("repository"), keys: at("offline-keys"), onlineKeys: at("keys"), clock: systemClock },
  });
  assertOk(made, "repository");
  return await serve(options);
}

/** Like `startCentre` where the repository, the keys and the database are there. */
export async function serve({
  directory,
  settings,
  database,
  program = "fleet-server/main.ts",
}: Parameters<typeof startCentre>[0]): Promise<Centre> {
  const at = (name: string) => join(directory, name);
  const config = {
    ...{ stateDirectory: at("state"), repository: at("repository"), keys: at("keys"), addressFile: at("devices.url") },
    ...{ console: { port: 0 }, devices: { port: 0 }, demo: true },
    ...settings,
  };
  writeFileSync(at("fleet.json"), JSON.stringify(config));
  const part = new Part({
    ...{ name: "fleet", program, arguments: ["--config", at("fleet.json")] },
    environment: { DATABASE_URL: database ?? "", VENTANILLA_FLEET_PORT: "0", VENTANILLA_FLEET_DEVICE_PORT: "0" },
    log: (line) => {
      if (/"level":"(?:warn|error)"/.test(line) || !line.startsWith("{")) console.error(line.slice(0, 500));
    },
    onCrash: (_part, code) => console.error(`the fleet server ended with ${code}`),
  });
  const address = await part.start();
  return {
    devices: readFileSync(at("devices.url"), "utf8").trim(),
    console: address,
    ca: readFileSync(at("keys/ca.crt"), "utf8"),
    staff: await StaffClient.signIn(address),
    pid: part.pid ?? 0,
    stop: () => part.stop(),
  };
}
