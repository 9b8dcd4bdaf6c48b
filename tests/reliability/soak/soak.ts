import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { seeded } from "../../usb-lab/inside/random.ts";
import { runtimeChild, shippedServices } from "../kiosk/build.ts";
import { Citizen } from "../kiosk/citizen.ts";
import { act, insertCard, presentCedula, takePapers } from "../kiosk/hands.ts";
import { Lane } from "../kiosk/lane.ts";
import {
  type CaseRecord,
  casesToRun,
  type Findings,
  type PartOptions,
  type ReliabilityPart,
  type Table,
} from "../part.ts";

const FULL_JOURNEYS = 20_000;
const SAMPLE_JOURNEYS = 20;
/** Figures are taken so often, and the first fifth of them is warm-up. */
const LOOKS = 20;
const WARM_UP = 0.2;
/** What may come and go between two looks: sockets that are kept alive, timers. */
const HANDLES_MORE = 12;
/** Bytes that the heap may grow by for each journey, where there are enough of them to tell growth from noise. */
const HEAP_SLOPE = 100;
const TELLING_JOURNEYS = 1_000;

/** The life of one process. */
type SoakRecord = CaseRecord & {
  readonly journeys: number;
  /** Journeys that came to their end. */
  readonly home: number;
  readonly seconds: number;
  readonly looks: readonly Look[];
};

export const soak: ReliabilityPart<SoakRecord> = {
  name: "soak",
  shows:
    "One process of the runtime serves one citizen after another: its heap after a full collection does not grow once it is warm, no handle is left open, and the journal grows by its rows and nothing else does.",
  run,
  findings,
};

type Look = {
  readonly journeys: number;
  readonly heap: number;
  readonly rss: number;
  readonly handles: number;
  /** Bytes, by name. */
  readonly files: Readonly<Record<string, number>>;
};

/** Here a range counts journeys: all of them are the life of one process, which cannot be gone on with later. */
async function run(options: PartOptions<SoakRecord>): Promise<void> {
  const { full, seed, range, keep, tell } = options;
  if (casesToRun({ ...options, range: { first: 0, count: 1 } }, 1).length === 0) return;
  const began = performance.now();
  const directory = mkdtempSync(join(tmpdir(), "vr-soak-"));
  const total = range?.count ?? (full ? FULL_JOURNEYS : SAMPLE_JOURNEYS);
  const looks: Look[] = [];
  let home = 0;
  try {
    const program = await runtimeChild();
    const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: ["soak"], clock: systemClock });
    const lane = await Lane.start({
      ...{ directory: join(directory, "kiosk"), program, pki, kiosk: "soak", model: "transbank and presenter" },
      ...{ nodeOptions: ["--expose-gc"], instant: true },
    });
    try {
      await lane.runtime.boot();
      await lane.serves();
      const random = seeded(seed);
      const services = shippedServices();
      for (let journey = 1; journey <= total; journey++) {
        const service = services[journey % services.length] ?? "";
        if ((await serve(lane, service, random)) === "home") home++;
        if (journey % Math.ceil(total / LOOKS) !== 0) continue;
        const seen = { journeys: journey, ...(await look(lane)) };
        looks.push(seen);
        tell(`${journey} of ${total} journeys, heap ${seen.heap}, ${seen.handles} handles`);
      }
    } finally {
      await lane.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  keep({ case: 0, journeys: total, home, seconds: (performance.now() - began) / 1000, looks });
}

function findings(lives: readonly SoakRecord[]): Findings {
  return {
    cases: lives.reduce((sum, { journeys }) => sum + journeys, 0),
    tables: lives.flatMap(tablesOf),
    imbalances: lives.flatMap((life) => judge(life).map((what) => ({ case: life.case, what, timeline: [] }))),
  };
}

async function serve(lane: Lane, service: string, random: () => number): Promise<"home" | "gone"> {
  // Somebody looks after the kiosk: a roll is good for some four hundred papers.
  act(lane.printer, "loadPaper");
  const citizen = new Citizen(
    lane.viewSocket,
    { service, random },
    {
      presentCedula: () => presentCedula(lane),
      payWithCard: () => insertCard(lane),
      takePapers: () => takePapers(lane),
    },
    () => undefined,
  );
  const end = await citizen.end;
  lane.terminal.terminal.removeCard();
  return end;
}

async function look(lane: Lane): Promise<Omit<Look, "journeys">> {
  const { heapUsed, rss, handles } = await lane.runtime.figures();
  const names = readdirSync(lane.data).filter((name) => statSync(join(lane.data, name)).isFile());
  const files = Object.fromEntries(names.map((name) => [name, statSync(join(lane.data, name)).size]));
  return { heap: heapUsed, rss, handles, files };
}

/** Least-squares slope of the heap over journeys after the warm-up, bytes a journey. */
function slope(looks: readonly Look[]): number {
  const warm = looks.slice(Math.floor(looks.length * WARM_UP));
  const meanX = mean(warm.map(({ journeys }) => journeys));
  const meanY = mean(warm.map(({ heap }) => heap));
  const over = warm.reduce((sum, { journeys, heap }) => sum + (journeys - meanX) * (heap - meanY), 0);
  const under = warm.reduce((sum, { journeys }) => sum + (journeys - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function judge({ looks, journeys: total, home }: SoakRecord): string[] {
  const first = looks[Math.floor(looks.length * WARM_UP)];
  const last = looks.at(-1);
  if (first === undefined || last === undefined) return ["there are no figures"];
  const keys = [first, last].map(({ files }) => files["journal.keys"]);
  return [
    ...(home === total ? [] : [`${total - home} journeys did not come to their end`]),
    ...(last.handles > first.handles + HANDLES_MORE ? [`handles grew from ${first.handles} to ${last.handles}`] : []),
    ...(keys[0] === keys[1] ? [] : [`the file of keys grew from ${keys[0]} to ${keys[1]} bytes`]),
    ...(total >= TELLING_JOURNEYS && slope(looks) > HEAP_SLOPE
      ? [`the heap grows by ${slope(looks).toFixed(0)} bytes a journey`]
      : []),
  ];
}

function tablesOf({ looks, journeys: total, seconds }: SoakRecord): Table[] {
  const size = ({ files }: Look, name: string) => files[name] ?? 0;
  return [
    {
      title: "Figures of the process as it went on, after a full collection",
      columns: ["journeys", "heap, bytes", "resident, bytes", "handles", "journal", "write-ahead log", "keys"],
      rows: looks.map((one) => [
        ...[one.journeys, one.heap, one.rss, one.handles],
        ...[size(one, "journal.db"), size(one, "journal.db-wal"), size(one, "journal.keys")],
      ]),
    },
    {
      title: "In all",
      columns: ["what", "figure"],
      rows: [
        ["heap after warm-up, bytes a journey", Math.round(slope(looks) * 10) / 10],
        ["milliseconds a journey", Math.round((seconds * 1000) / total)],
      ],
    },
  ];
}
