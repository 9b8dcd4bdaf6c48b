import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { initRepository } from "../../../fleet-server/repository/make.ts";
import { ROOT } from "../../../scripts/bundle.ts";
import { postgresMissing, startPostgres } from "../../support/postgres.ts";
import { type Figures, median, round } from "../figures.ts";
import { type Centre, serve } from "../support/centre.ts";
import { makeIdentities, populate } from "../support/population.ts";
import { memoryOf, processorSeconds } from "../support/process-usage.ts";
import { measureConsole, QUERY_LIMIT } from "./console-queries.ts";
import type { LoadFigures, LoadOrder } from "./fleet-load.ts";
import { measureRaw, type RawRates } from "./raw-rows.ts";

const KIOSKS = Number(process.env.VENTANILLA_BENCH_KIOSKS ?? 10_000);
const INGEST_LIMIT = 0.5;
/** Milliseconds. */
const ANSWER_LIMIT = 1_000;
const STEADY = { mode: "steady", ramp: 120, period: 60, window: 90, changes: 0.05 } as const;
/** As many kiosks at a time as rows in a statement of the raw side. */
const AT_ONCE = Math.min(500, KIOSKS);
const FLOOD_SECONDS = 8;
const RAW_SECONDS = 4;
const ROUNDS = 3;
/** Reports in a request, as an outbox brings them that waited. */
const BATCH = 100;
const UNSIGNED = "tests/bench/fleet/unsigned-server.ts";
const DIRECTORY = join(ROOT, "out", "bench-fleet");
const IDENTITIES = join(DIRECTORY, "identities.json");

type Database = { readonly name: string; readonly url: string | undefined };

/**
 * The fleet server with ten thousand simulated kiosks, on the embedded database and on a private PostgreSQL server (with
 * `DATABASE_URL`: on that empty database alone): how fast it takes changes, how fast it answers a whole fleet, and how fast the console answers then.
 */
export async function run(): Promise<readonly Figures[]> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY, { recursive: true });
  const at = (name: string) => join(DIRECTORY, name);
  const made = await initRepository({
    ...{ directory: at("repository"), keys: at("offline-keys"), onlineKeys: at("keys"), clock: systemClock },
  });
  assertOk(made, "repository");
  writeFileSync(IDENTITIES, JSON.stringify(await makeIdentities(at("keys"), KIOSKS)));
  const figures: Figures[] = [];
  try {
    await onEachDatabase(async (database) => void figures.push(await measure(database)));
  } finally {
    rmSync(DIRECTORY, { recursive: true });
  }
  return figures;
}

async function onEachDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  if (process.env.DATABASE_URL) return await work({ name: "PostgreSQL", url: process.env.DATABASE_URL });
  await work({ name: "PGlite", url: undefined });
  const missing = postgresMissing();
  if (missing !== undefined) return console.error(`not on PostgreSQL: ${missing}`);
  const postgres = await startPostgres();
  try {
    await work({ name: "PostgreSQL 15, fsync off", url: postgres.newDatabase() });
  } finally {
    postgres.stop();
  }
}

async function measure(database: Database): Promise<Figures> {
  const where = { url: database.url, directory: join(DIRECTORY, "state", "database") };
  const began = performance.now();
  await populate(where, JSON.parse(readFileSync(IDENTITIES, "utf8")));
  console.error(`${database.name}: ${KIOSKS} kiosks after ${round((performance.now() - began) / 1_000, 1)} s`);
  const fleet = await measureFleet(database);
  console.error(JSON.stringify(fleet));
  const ingest = await measureIngest(database, where);
  return {
    figure: ingest.batches.rate,
    unit: `reports a second, signed, ${BATCH} in a request`,
    database: database.name,
    peer: ingest.batches.raw,
    peerName: `rows a second that the database itself takes, ${AT_ONCE} a transaction`,
    limit: INGEST_LIMIT,
    ratio: ingest.ratio,
    pass: ingest.ratio >= INGEST_LIMIT && fleet.pass,
    samples: ROUNDS,
    ingest,
    fleet,
  };
}

type Round = {
  readonly raw: RawRates;
  readonly unsigned: Flooded;
  readonly signed: Flooded;
  readonly batches: Flooded;
};

async function measureIngest(database: Database, where: Parameters<typeof measureRaw>[0]) {
  const rounds: Round[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const raw = await measureRaw(where, AT_ONCE, RAW_SECONDS);
    const unsigned = await withServer(database, UNSIGNED, (centre) => flood(centre, AT_ONCE, 1));
    const [signed, batches] = await withServer(database, undefined, async (centre) => [
      await flood(centre, AT_ONCE, 1),
      await flood(centre, AT_ONCE / 10, BATCH),
    ]);
    if (signed === undefined || batches === undefined) throw new Error("nothing was measured");
    rounds.push({ raw, unsigned, signed, batches });
    console.error(JSON.stringify(rounds.at(-1)));
  }
  const middle = (pick: (one: Round) => number, digits = 0) => round(median(rounds.map(pick)), digits);
  return {
    ratio: middle(({ raw, batches }) => batches.rate / raw.events, 3),
    batches: { reports: BATCH, rate: middle(({ batches }) => batches.rate), raw: middle(({ raw }) => raw.events) },
    single: {
      ...{ rate: middle(({ signed }) => signed.rate), raw: middle(({ raw }) => raw.states) },
      ratio: middle(({ raw, signed }) => signed.rate / raw.states, 3),
      unsigned: middle(({ unsigned }) => unsigned.rate),
      ratioUnsigned: middle(({ raw, unsigned }) => unsigned.rate / raw.states, 3),
      /** Processor time of the server's process for one, milliseconds: what other work on the machine does not change. */
      processor: middle(({ signed }) => signed.processor, 3),
      processorUnsigned: middle(({ unsigned }) => unsigned.processor, 3),
    },
    rowMeans: {
      batches: `an event report, ${BATCH} in a signed HTTPS request that is answered after its commit; raw: an event row appended`,
      single:
        "a state report, one in a signed HTTPS request that is answered after its commit, with its kiosk's alerts judged anew; raw: a kiosk's devices section written over the one before",
    },
    generatorProcessorShare: middle(({ signed }) => signed.generator, 2),
    errors: rounds.flatMap(({ unsigned, signed, batches }) =>
      [unsigned, signed, batches].flatMap((each) => each.errors),
    ),
  };
}

type Flooded = {
  /** Reports a second. */
  readonly rate: number;
  /** Of the server for one report, milliseconds; of the generator, share of one processor. */
  readonly processor: number;
  readonly generator: number;
  readonly errors: readonly string[];
};

async function flood(centre: Centre, kiosks: number, reports: number): Promise<Flooded> {
  let before = 0;
  const loaded = await load(centre, { mode: "flood", kiosks, reports, seconds: FLOOD_SECONDS }, () => {
    before = processorSeconds(centre.pid);
  });
  return {
    rate: round(loaded.reports / loaded.seconds, 1),
    processor: round(((processorSeconds(centre.pid) - before) * 1_000) / loaded.reports, 4),
    generator: round(loaded.processor / loaded.seconds, 2),
    errors: loaded.firstErrors,
  };
}

async function measureFleet(database: Database) {
  return await withServer(database, undefined, async (centre) => {
    let queries: ReturnType<typeof measureConsole> | undefined;
    const usage = { processor: 0, at: 0 };
    const loaded = await load(centre, STEADY, (done) => {
      usage.processor = processorSeconds(centre.pid);
      usage.at = performance.now();
      queries = measureConsole(centre, done);
    });
    const share = (processorSeconds(centre.pid) - usage.processor) / ((performance.now() - usage.at) / 1_000);
    const console = (await queries) ?? [];
    const slowest = console.toSorted((a, b) => b.p95 - a.p95)[0]?.p95 ?? Number.NaN;
    const { errors, missed, answers, requests, connections } = loaded;
    return {
      ...{
        kiosks: KIOSKS,
        requests,
        changes: loaded.reports,
        errors,
        firstErrors: loaded.firstErrors,
        missed,
        connections,
      },
      answers: { ...answers, limit: ANSWER_LIMIT },
      serverProcessorShare: round(share, 2),
      serverMegabytes: Math.round(memoryOf(centre.pid).resident),
      generatorProcessorShare: round(loaded.processor / loaded.seconds, 2),
      ...{ slowestQueryP95: slowest, queryLimit: QUERY_LIMIT, console },
      pass:
        answers.p99 <= ANSWER_LIMIT &&
        errors === 0 &&
        missed === 0 &&
        slowest <= QUERY_LIMIT &&
        console.every((query) => query.errors === 0),
    };
  });
}

async function withServer<T>(
  { url }: Database,
  program: string | undefined,
  work: (centre: Centre) => Promise<T>,
): Promise<T> {
  const centre = await serve({
    ...{ directory: DIRECTORY, database: url },
    ...(program === undefined ? {} : { program }),
  });
  try {
    return await work(centre);
  } finally {
    await centre.stop();
  }
}

type Order = LoadOrder extends infer O
  ? O extends LoadOrder
    ? Omit<O, "server" | "authority" | "identities">
    : never
  : never;

/** Runs the load generator in a process of its own. @param onMeasuring gets what is aborted when the load ends. */
async function load(
  { devices, ca }: Centre,
  order: Order,
  onMeasuring: (done: AbortSignal) => void = () => {},
): Promise<LoadFigures> {
  const file = join(DIRECTORY, "order.json");
  writeFileSync(file, JSON.stringify({ ...order, server: devices, authority: ca, identities: IDENTITIES }));
  const child = spawn(process.execPath, [join(import.meta.dirname, "fleet-load.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const done = new AbortController();
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "measuring") onMeasuring(done.signal);
    last = line;
  }
  done.abort();
  return JSON.parse(last) as LoadFigures;
}
