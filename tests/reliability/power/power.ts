import { rmSync } from "node:fs";
import { join } from "node:path";
import { kernelOrReason, requirements } from "../../support/vm/requirements.ts";
import type { CaseRecord, Findings, Imbalance, PartOptions, ReliabilityPart, Table } from "../part.ts";
import { missingDiskTool } from "./image.ts";
import { type Case, type CutSeen, runPowerCuts } from "./run.ts";
import { warmMachine } from "./warm-machine.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FULL_CUTS = 200;
const SAMPLE_CUTS = 2;

/** A journey that lost its power, or how the run ended with a drive that lies. */
type PowerRecord = CaseRecord & {
  readonly seen?: Case;
  readonly end?: {
    /** What the checks found wrong where the drive only said that it flushes. */
    readonly control: readonly string[];
    readonly failure?: string;
  };
};

export const power: ReliabilityPart<PowerRecord> = {
  name: "power",
  shows:
    "The bundled runtime runs in an emulated PC on ext4; its plug is pulled in the middle of journeys, recoveries and first starts, and what its drive had not flushed is lost, reordered or torn. The file system is mounted and the database opens every time; everything that terminal and gateway have heard of is in the journal; money, bonos and papers balance after the next start.",
  impossible: () => missingDiskTool() ?? reasonWhyNot(),
  tooSlowForTests: "an emulated PC needs minutes",
  run,
  findings,
};

function reasonWhyNot(): string | undefined {
  const kernel = kernelOrReason();
  return typeof kernel === "string" ? kernel : undefined;
}

/** Here a range counts cuts, from the case `first` on: how many a case needs is found out as it goes. */
async function run({ full, seed, range, only, done, keep, tell }: PartOptions<PowerRecord>): Promise<void> {
  const cases = done.flatMap(({ seen }) => seen ?? []);
  const had = cases.reduce((sum, { cuts }) => sum + cuts.length, 0);
  const cuts = (range?.count ?? (full ? FULL_CUTS : SAMPLE_CUTS)) - had;
  if (cuts <= 0) return;
  const kernel = requirements();
  const folder = join(ROOT, "out", "reliability", "power", full ? "full" : "sample");
  tell(`Debian's kernel ${kernel.release}; the machine is being warmed`);
  const frozen = await warmMachine(kernel, join(folder, "machine"));
  try {
    const { control, failure } = await runPowerCuts({
      ...{ frozen, seed, cuts, tell, evidence: join(folder, "evidence.json") },
      first: Math.max(range?.first ?? 0, ...cases.map(({ number }) => number + 1)),
      ...(only !== undefined && { only }),
      onCase: (seen) => keep({ case: seen.number, seen }),
    });
    keep({ case: -1, end: { control: control?.wrong ?? [], ...(failure !== undefined && { failure }) } });
  } finally {
    rmSync(join(folder, "machine"), { recursive: true });
  }
}

function findings(records: readonly PowerRecord[]): Findings {
  const cases = records.flatMap(({ seen }) => seen ?? []);
  const ends = records.flatMap(({ case: number, end }) => (end === undefined ? [] : [{ number, ...end }]));
  const cuts = cases.flatMap((one) => one.cuts);
  return {
    cases: cuts.length,
    tables: [moneyTable(cases), diskTable(cuts, cases), openTable(cuts)],
    imbalances: [
      ...cases.flatMap(imbalancesOf),
      ...ends.flatMap(({ number, control, failure }) => {
        const what = failure ?? (control.length === 0 ? "a drive that does not flush was not found out" : undefined);
        return what === undefined ? [] : [{ case: number, what, timeline: [] }];
      }),
    ],
  };
}

function imbalancesOf({ number, cuts, wrong, screens }: Case): Imbalance[] {
  const timeline = [
    ...cuts.map(({ at, report, open }) => `${at}: ${JSON.stringify(report)}; ${open.join("; ")}`),
    ...screens,
  ];
  return [...cuts.flatMap((cut) => cut.wrong), ...wrong].map((what) => ({ case: number, what, timeline }));
}

function moneyTable(cases: readonly Case[]): Table {
  const sum = (value: (one: NonNullable<Case["balance"]>) => number) =>
    cases.reduce((total, { balance }) => total + (balance === undefined ? 0 : value(balance)), 0);
  return {
    title: "Journeys that lost their power",
    columns: ["what", "count"],
    rows: [
      ["journeys", cases.length],
      ["charges that stand", sum(({ taken }) => taken)],
      ["bonos and certificates issued", sum(({ issued }) => issued)],
      ["bonos annulled", sum(({ annulled }) => annulled)],
      ["papers that came out", sum(({ papers }) => papers)],
      ["journeys with an incident", sum(({ incidents }) => Math.sign(incidents.length))],
    ],
  };
}

function diskTable(cuts: readonly CutSeen[], cases: readonly Case[]): Table {
  const sum = (value: (cut: CutSeen) => number) => cuts.reduce((total, cut) => total + value(cut), 0);
  return {
    title: "What the cuts took from the drive",
    columns: ["what", "count"],
    rows: [
      ["power cuts", cuts.length],
      ["of these, with writes in the drive's cache", sum(({ report }) => Math.sign(report.cached))],
      ["cached writes", sum(({ report }) => report.cached)],
      ["lost whole", sum(({ report }) => report.lost)],
      ["torn between sectors", sum(({ report }) => report.torn)],
      ["cuts after which file system or database did not open", sum(({ faults }) => Math.sign(faults))],
      ["cuts after which the file system needed a repair (`fsck.repair=yes`)", sum((cut) => Number("repaired" in cut))],
      [
        "starts whose disk the kernel refused before the boot's check",
        cases.reduce((all, one) => all + (one.checks ?? 0), 0),
      ],
    ],
  };
}

function openTable(cuts: readonly CutSeen[]): Table {
  const counts = new Map<string, number>();
  for (const { open } of cuts) {
    const [last = "no journey open"] = open.map((effects) => effects.split(", ").at(-1) || "nothing sent yet");
    counts.set(last, (counts.get(last) ?? 0) + 1);
  }
  return {
    title: "What was under way",
    columns: ["last effect on the disk", "cuts"],
    rows: [...counts].toSorted(([, a], [, b]) => b - a),
  };
}
