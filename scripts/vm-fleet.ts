import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { parseJson } from "../base/json.ts";
import { Part } from "./demo/part.ts";
import { ensureRepository, RELEASE_VERSIONS } from "./demo/releases.ts";
import { StaffClient } from "./demo/staff-client.ts";

/*
 * The fleet server for `provision test`, which may not share code with it: a repository with a good release and a broken one, the
 * server on loopback, and its staff API by lines of JSON. Says `{"ready":{"good":…,"broken":…}}` once; then, for each
 * `{"id":…,"method":…,"path":…,"body":…}` on standard input, `{"id":…,"answer":…}` or `{"id":…,"error":…}`. Ends with its input.
 */
const orderSchema = z.strictObject({
  id: z.number(),
  method: z.string(),
  path: z.string(),
  body: z.unknown().optional(),
});

const { values } = parseArgs({
  options: { directory: { type: "string" }, "public-url": { type: "string" } },
});
const { directory, "public-url": publicUrl } = values;
if (directory === undefined || publicUrl === undefined) {
  process.stderr.write("usage: node scripts/vm-fleet.ts --directory DIR --public-url https://ADDRESS:PORT\n");
  process.exit(64);
}
const say = (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`);
const { hostname, port } = new URL(publicUrl);

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
const repository = await ensureRepository(directory);
if (repository === undefined) throw new Error(`${directory} cannot be made anew`);
const config = join(directory, "fleet.json");
const settings = {
  stateDirectory: join(directory, "state"),
  console: { port: 0 },
  devices: { port: Number(port), publicUrl, names: [hostname] },
  repository: repository.directory,
  keys: repository.onlineKeys,
  demo: true,
  // An emulated machine is slow to speak.
  intervals: { desired: 15, heartbeat: 10, machine: 60, silent: 900 },
};
writeFileSync(config, JSON.stringify(settings, null, 2));
const log = join(directory, "fleet.log");
const fleet = new Part({
  name: "fleet",
  program: "fleet-server/main.ts",
  arguments: ["--config", config],
  log: (line) => writeFileSync(log, `${line}\n`, { flag: "a" }),
  onCrash: (_part, code) => {
    process.stderr.write(`the fleet server ended with ${code}: ${readFileSync(log, "utf8").slice(-2_000)}\n`);
    process.exit(1);
  },
});
const staff = await StaffClient.signIn(await fleet.start());
const { better, broken } = RELEASE_VERSIONS;
say({ ready: { good: better, broken } });

for await (const line of createInterface({ input: process.stdin })) {
  const order = orderSchema.safeParse(parseJson(line));
  if (!order.success) continue;
  const { id, method, path, body } = order.data;
  try {
    say({ id, answer: (await staff.call(method, path, body)) ?? null });
  } catch (problem) {
    say({ id, error: problem instanceof Error ? problem.message : String(problem) });
  }
}
await fleet.stop();
process.exit(0);
