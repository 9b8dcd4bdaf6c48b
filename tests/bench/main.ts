import { cpus, loadavg, totalmem } from "node:os";
import type { Benchmark } from "./figures.ts";

const BAD_USAGE = 64;

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  agent: () => import("./agent.ts"),
  checker: () => import("./checker.ts"),
  chip: () => import("./chip.ts"),
  codecs: () => import("./codecs.ts"),
  engine: () => import("./engine.ts"),
  fleet: () => import("./fleet/fleet.ts"),
  journal: () => import("./journal.ts"),
  payment: () => import("./payment.ts"),
  print: () => import("./print.ts"),
  reconnect: () => import("./reconnect.ts"),
  start: () => import("./start.ts"),
  tap: () => import("./tap.ts"),
  update: () => import("./update.ts"),
};

/** `npm run bench -- <name>`: one line of JSON on standard output (`fleet`: one for each database; `payment`: one for each protocol), everything else on standard error. */
const [name = "", ...rest] = process.argv.slice(2);
const load = Object.hasOwn(BENCHMARKS, name) && rest.length === 0 ? BENCHMARKS[name] : undefined;
if (load === undefined) {
  console.error(`npm run bench -- <name>; benchmarks: ${Object.keys(BENCHMARKS).join(", ")}`);
  process.exit(BAD_USAGE);
}
const figures = [await (await load()).run()].flat();
const processors = cpus();
const machine = {
  processors: processors.length,
  model: processors[0]?.model ?? "unknown",
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  /** Whatever else the machine did, and this benchmark: over the last minute and the last fifteen. */
  load: [loadavg()[0] ?? 0, loadavg()[2] ?? 0].map((load) => Number(load.toFixed(1))),
};
const lines = figures.map((each) => `${JSON.stringify({ bench: name, ...each, machine })}\n`);
process.stdout.write(lines.join(""), () => process.exit(0));
