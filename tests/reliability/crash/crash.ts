import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtimeChild, shippedServices } from "../kiosk/build.ts";
import { casesToRun, type Findings, type Imbalance, type PartOptions, type ReliabilityPart } from "../part.ts";
import { NOTHING, type Sums } from "./audit.ts";
import type { CaseReport } from "./case.ts";
import { reachOf } from "./service.ts";
import type { Work } from "./worker-child.ts";

/** 10 000 kills are promised; a journey has two and a half on average. */
const FULL_CASES = 4_600;
const SAMPLE_CASES = 6;
const FULL_WORKERS = 2;
/** Kiosks that stand side by side in one worker; fewer in a sample, which is not alone on its machine. */
const LANES = 6;
const SAMPLE_LANES = 3;
const TELL_EVERY = 50;

export const crash: ReliabilityPart<CaseReport> = {
  name: "crash",
  shows:
    "The runtime is killed (SIGKILL) before and after every write to its journal, at what can be seen on the wires, and at any moment, also while it recovers, over every service and everything that terminal, printer, institutions and gateway can do; then the journal is held against the terminal's ledger, the papers, the gateway's rows and the institutions' books.",
  run,
  findings,
};

async function run(options: PartOptions<CaseReport>): Promise<void> {
  const { full, seed, range, only, keep, tell } = options;
  const directory = mkdtempSync(join(tmpdir(), "vr-crash-"));
  try {
    const program = await runtimeChild();
    const services = shippedServices();
    for (const service of services) reachOf(service);
    const numbers = casesToRun(options, full ? FULL_CASES : SAMPLE_CASES);
    const many = full || range !== undefined;
    const workers = only === undefined && many ? FULL_WORKERS : 1;
    const lanes = only !== undefined ? 1 : many ? LANES : SAMPLE_LANES;
    const began = performance.now();
    let [heard, kills] = [0, 0];
    const hear = (report: CaseReport) => {
      keep(report);
      kills += report.kills.length;
      for (const fault of report.audit.faults) tell(`case ${report.case}: ${fault}`);
      if (++heard % TELL_EVERY === 0)
        tell(
          `${heard} of ${numbers.length} journeys, ${kills} kills, ${(kills / ((performance.now() - began) / 1000)).toFixed(1)} a second`,
        );
      if (only !== undefined) for (const line of report.timeline) tell(line);
    };
    const shares = Array.from({ length: workers }, (_, share) => ({
      ...{ directory: join(directory, `worker-${share}`), program, seed, services, lanes },
      // Two by two, so that each share has every model.
      cases: numbers.filter((number) => workers === 1 || Math.floor(number / 2) % workers === share),
    }));
    await Promise.all(shares.map((share) => runWorker(share, hear)));
    if (heard !== numbers.length) throw new Error(`${numbers.length - heard} journeys were not run`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runWorker(work: Work, hear: (report: CaseReport) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, "worker-child.ts"), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on("message", (report: CaseReport) => hear(report));
  child.on("exit", (code, signal) =>
    code === 0 ? resolve() : reject(new Error(`a worker ended with ${signal ?? code}`)),
  );
  child.send(work);
  await promise;
}

function findings(reports: readonly CaseReport[]): Findings {
  const kills = reports.flatMap((report) => report.kills);
  const sums = { ...NOTHING };
  for (const { audit } of reports)
    for (const name of Object.keys(sums) as (keyof Sums)[]) sums[name] += audit.sums[name];
  const imbalances: Imbalance[] = reports.flatMap(({ case: number, audit, timeline }) =>
    audit.faults.map((what) => ({ case: number, what, timeline })),
  );
  return {
    ...{ cases: kills.length, imbalances },
    tables: [
      {
        title: "Money, in pesos, and papers",
        columns: ["what", "sum"],
        rows: moneyRows(sums, reports.length, kills.length),
      },
      {
        title: "How journeys ended",
        columns: ["end", "journeys"],
        rows: counted(reports.map(({ audit }) => audit.end)),
      },
      { title: "Services", columns: ["service", "journeys", "kills"], rows: byService(reports) },
      {
        title: "What went wrong beside",
        columns: ["what", "journeys"],
        rows: counted(reports.map(({ weather }) => weather)),
      },
      { title: "Kills by moment", columns: ["moment", "kills"], rows: counted(kills) },
    ],
  };
}

function moneyRows(sums: Sums, journeys: number, kills: number): (readonly [string, number])[] {
  return [
    ["journeys", journeys],
    ["kills of the runtime", kills],
    ["charges by the terminals' own ledgers", sums.charges],
    ["pesos charged", sums.charged],
    ["pesos given back", sums.givenBack],
    ["pesos kept, and delivered for", sums.delivered],
    ["pesos kept, and in an incident that the gateway has", sums.underIncident],
    ["refunds", sums.refunds],
    ["incidents, each known to the gateway once", sums.incidents],
    ["documents issued by institutions", sums.issued],
    ["documents annulled", sums.annulled],
    ["turns, requests and calls in the institutions' books", sums.received],
    ["submissions that the gateway confirmed", sums.submissions],
    ["of these, from the outbox", sums.waited],
    ["papers", sums.papers],
  ];
}

function byService(reports: readonly CaseReport[]): (readonly [string, number, number])[] {
  const services = Map.groupBy(reports, ({ service }) => service);
  return [...services]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([service, of]) => [service, of.length, of.reduce((sum, { kills }) => sum + kills.length, 0)]);
}

function counted(names: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
}
