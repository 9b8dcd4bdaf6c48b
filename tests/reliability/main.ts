import { parseArgs } from "node:util";
import { writeDocument } from "./document.ts";
import type { CaseRecord, PartOptions, ReliabilityPart, Session } from "./part.ts";
import { PARTS } from "./parts.ts";
import { keptSessions, RunFile, sessionHead } from "./sessions.ts";
import { markdown } from "./tables.ts";

const BAD_USAGE = 64;
const USAGE = `npm run reliability -- [--full] [--only ${Object.keys(PARTS).join("|")}] [--seed N] [--cases N|A..B] [--case K] [--resume] [--write-doc]`;

type Asked = Pick<PartOptions, "full" | "seed" | "range" | "only"> & {
  readonly names: readonly string[];
  readonly named: boolean;
  readonly resume: boolean;
  readonly writeDoc: boolean;
};

function asked(): Asked | undefined {
  try {
    const { values } = parseArgs({
      options: {
        full: { type: "boolean", default: false },
        only: { type: "string" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        cases: { type: "string" },
        case: { type: "string" },
        resume: { type: "boolean", default: false },
        "write-doc": { type: "boolean", default: false },
      },
    });
    const names = values.only === undefined ? Object.keys(PARTS) : values.only.split(",");
    const numbers = [values.seed, values.case].filter((text) => text !== undefined);
    const range = values.cases === undefined ? undefined : rangeIn(values.cases);
    if (names.some((name) => !Object.hasOwn(PARTS, name)) || numbers.some((text) => !/^\d{1,9}$/.test(text)))
      return undefined;
    if (values.cases !== undefined && range === undefined) return undefined;
    return {
      ...{ full: values.full, seed: Number(values.seed), names, resume: values.resume, writeDoc: values["write-doc"] },
      named: values.only !== undefined,
      ...(range === undefined ? {} : { range }),
      ...(values.case === undefined ? {} : { only: Number(values.case) }),
    };
  } catch {
    return undefined;
  }
}

/** `40`: the first forty; `40..79`: from the one to the other. */
function rangeIn(text: string): PartOptions["range"] {
  const [, from = "", to] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text) ?? [];
  if (from === "") return undefined;
  if (to === undefined) return { first: 0, count: Number(from) };
  return { first: Number(from), count: Math.max(0, Number(to) - Number(from) + 1) };
}

const tell = (line: string) => process.stderr.write(`${line}\n`);

/** Runs a part, prints what it found, and keeps its cases when they are those of a full run. */
async function runPart(part: ReliabilityPart, { full, seed, range, only, resume }: Asked): Promise<void> {
  const { name } = part;
  const file = full && only === undefined ? new RunFile(name, seed, { anew: !resume }) : undefined;
  const done = file?.sessions.flatMap(({ records }) => records) ?? [];
  if (done.length > 0) tell(`${name}: ${done.length} cases are done already`);
  const head = sessionHead(seed);
  file?.begin(head);
  const began = performance.now();
  const records: CaseRecord[] = [];
  const keep = (record: CaseRecord) => {
    records.push(record);
    file?.keep(record);
  };
  await part.run({
    ...{ full, seed, done, keep, tell: (line) => tell(`${name}: ${line}`) },
    ...(range === undefined ? {} : { range }),
    ...(only === undefined ? {} : { only }),
  });
  const session = { ...head, seconds: (performance.now() - began) / 1000, records };
  const { text, imbalances } = report(part, [session]);
  process.stdout.write(`${text}\n\n`);
  for (const { case: number, what, timeline } of imbalances) {
    process.exitCode = 1;
    tell(`\n${name}: case ${number}: ${what}\nnpm run reliability -- --only ${name} --seed ${seed} --case ${number}`);
    for (const line of timeline) tell(`  ${line}`);
  }
}

function report(part: ReliabilityPart, sessions: readonly Session[]) {
  const findings = part.findings(sessions.flatMap(({ records }) => records));
  const counts = sessions.map(({ records }) => part.findings(records).cases);
  return { text: markdown(part.name, sessions, counts, findings), imbalances: findings.imbalances };
}

/** Ledgers as tables on standard output, everything else on standard error. Status 1 when something does not balance, 64 on bad usage. */
const options = asked();
if (options === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(BAD_USAGE);
}
tell(`seed ${options.seed}`);
const sections = new Map<string, string>();
for (const name of options.names) {
  const part = await PARTS[name]?.();
  if (part === undefined) continue;
  // The document is written from what full runs have kept: without one there is nothing to run.
  const impossible = options.writeDoc && !options.full ? "only the document is written" : part.impossible?.();
  if (impossible === undefined) await runPart(part, options);
  else {
    tell(`${name}: not run here: ${impossible}`);
    if (options.named && !options.writeDoc) process.exitCode = 1;
  }
  const kept = options.writeDoc ? keptSessions(name) : [];
  if (kept.length > 0) sections.set(name, report(part, kept).text);
}
if (options.writeDoc) writeDocument(sections);
