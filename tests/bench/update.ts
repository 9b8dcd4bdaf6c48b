import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { rolloutListSchema } from "../../fleet-server/api/contract/releases.ts";
import { RuntimeLink } from "../../kiosk/shell-electron/runtime-link.ts";
import { ROOT } from "../../scripts/bundle.ts";
import { startFleetDemo } from "../../scripts/demo/fleet-demo.ts";
import { StaffClient } from "../../scripts/demo/staff-client.ts";
import { until } from "../support/until.ts";
import { type Figures, round } from "./figures.ts";

const DARK_LIMIT = 5;
/** Seconds that a release has to prove itself before it is confirmed, or rolled back. */
const TRIAL = 60;
/** Milliseconds that one update may take here. */
const PATIENCE = 300_000;
const PLATFORM = `${process.platform}-${process.arch}`;
const SERVICE = "services/srcei.certificado-matricula-1.0.0.tar.zst";
const RELEASE = `releases/ventanilla-0.1.1-${PLATFORM}.tar.zst`;

const logLineSchema = z.object({
  event: z.string(),
  fields: z.object({ target: z.string().optional(), fetched: z.number().optional() }),
});
const targetsSchema = z.object({ targets: z.array(z.object({ path: z.string(), length: z.number() })) });

type Screen = {
  /** Since when the last view is gone; undefined while one is there. */
  readonly lostAt: number | undefined;
  /** Seconds that it was dark each time: to the first view, and to the first that a citizen can begin at. */
  readonly dark: readonly { readonly toView: number; readonly toUsable: number }[];
  stop(): Promise<void>;
};

/**
 * A service package and a release, each rolled out to one whole kiosk by the real server, agent and guard on loopback with simulated devices: bytes
 * fetched, seconds from the order to the kiosk's own word that it is done, and for the release how long the screen had no view,
 * by a client that holds the runtime's socket as the shell does.
 */
export async function run(): Promise<Figures> {
  const directory = join(ROOT, "out", "bench-update");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const log = (part: string, line: string) => appendFileSync(join(directory, "log"), `${part} ${line}\n`);
  const demo = await startFleetDemo({
    ...{ directory, window: true, trial: TRIAL, log, onReady: () => {}, onCrash: () => {} },
    ports: { kiosk: 0, console: 0, fleetDevices: 0, gateway: 0, simulators: 0 },
    // The product's own rates: what is quick is quick by the socket.
    fleet: { intervals: {}, console: { port: 0 } },
  });
  const [kiosk] = demo.kiosks;
  if (kiosk === undefined) throw new Error("no kiosk");
  const screen = watchScreen(kiosk.socket);
  try {
    const staff = await StaffClient.signIn(demo.console);
    const agentLog = join(directory, "kiosks", "demo-1", "logs", "agent.jsonl");
    await until("the kiosk serves", () => screen.lostAt === undefined, PATIENCE);
    const targets = targetsSchema.parse(await staff.call("GET", "/targets")).targets;
    const sizeOf = (path: string) => targets.find((target) => target.path === path)?.length;
    const service = await rollOut(staff, SERVICE);
    const release = await rollOut(staff, RELEASE);
    const [dark] = screen.dark;
    if (dark === undefined || screen.dark.length > 1) throw new Error(`dark ${screen.dark.length} times`);
    const describe = (path: string, seconds: number) => ({
      ...{ bytes: fetchedOf(agentLog, path), ofBytes: sizeOf(path), seconds: round(seconds, 1) },
    });
    return {
      figure: round(dark.toUsable, 2),
      unit: "s of dark screen while a release takes over, to the first view that a citizen can begin at",
      limit: DARK_LIMIT,
      ratio: round(dark.toUsable / DARK_LIMIT, 3),
      pass: dark.toUsable <= DARK_LIMIT,
      samples: 1,
      darkToFirstView: round(dark.toView, 2),
      service: describe(SERVICE, service),
      release: { ...describe(RELEASE, release), trialSeconds: TRIAL },
    };
  } finally {
    await screen.stop();
    await demo.stop();
  }
}

/** @returns seconds from the order to the server's knowledge that the kiosk has it. */
async function rollOut(staff: StaffClient, target: string): Promise<number> {
  const began = performance.now();
  const rings = [{ ring: "pilot", success: 100, error: 0 }];
  await staff.call("POST", "/rollouts", { target, rings, reason: "bench" });
  await until(
    `${target} is installed`,
    async () => {
      const { rollouts } = rolloutListSchema.parse(await staff.call("GET", "/rollouts"));
      const rollout = rollouts.find((each) => each.target === target);
      const [failure] = rollout?.failures ?? [];
      if (failure !== undefined) throw new Error(`${target}: ${failure.code} ${failure.message}`);
      return rollout?.rings[0]?.counts.succeeded === 1;
    },
    PATIENCE,
  );
  return (performance.now() - began) / 1_000;
}

function fetchedOf(log: string, path: string): number | undefined {
  const lines = readFileSync(log, "utf8").split("\n");
  const records = lines.flatMap((line) => logLineSchema.safeParse(parseJson(line)).data ?? []);
  return records.find(({ event, fields }) => event === "update.fetched" && fields.target === path)?.fields.fetched;
}

function watchScreen(socket: string): Screen {
  const dark: { toView: number; toUsable: number }[] = [];
  let lostAt: number | undefined = performance.now();
  let firstViewAt: number | undefined;
  let begun = false;
  const link = new RuntimeLink({
    connect: () => connect(socket),
    onMessage: (message) => {
      if (message.type !== "view" || lostAt === undefined) return;
      firstViewAt ??= performance.now();
      if (message.view.screen.kind === "out-of-service") return;
      if (begun) dark.push({ toView: (firstViewAt - lostAt) / 1_000, toUsable: (performance.now() - lostAt) / 1_000 });
      begun = true;
      lostAt = undefined;
      firstViewAt = undefined;
    },
    onLost: () => {
      lostAt ??= performance.now();
    },
    ...{ clock: systemClock, random: Math.random, log: silentLogger },
  });
  link.start();
  return {
    get lostAt() {
      return lostAt;
    },
    dark,
    stop: () => link.stop(),
  };
}
