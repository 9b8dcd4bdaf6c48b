import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname } from "node:path";
import { type Random, seeded } from "../../usb-lab/inside/random.ts";
import { CITIZENS } from "./citizen.ts";
import type { Autopsy } from "./image.ts";
import { type Balance, balanceOf, imbalances, type Outside, wrongInAll, wrongOnDisk } from "./judge.ts";
import { KioskPc } from "./kiosk-pc.ts";
import { type Countdown, draw, drawFirstStart, type Plan, words } from "./moments.ts";
import type { CutReport } from "./volatile-disk.ts";

/** One power cut, and what was found. */
export type CutSeen = {
  readonly number: number;
  /** Where: `bono, charged + 3 flushes`. */
  readonly at: string;
  readonly report: CutReport;
  /** Open journeys on the disk, by the state of their effects, e.g. `charge sent`. */
  readonly open: readonly string[];
  /** What e2fsck said of a file system whose journal alone did not put it right; without loss, or something is wrong. */
  readonly repaired?: string;
  /** How many things are wrong with the disk itself. */
  readonly faults: number;
  readonly wrong: readonly string[];
  readonly seconds: number;
};

/** One journey that lost its power, with all cuts until it was settled. */
export type Case = {
  readonly number: number;
  readonly plan: Plan;
  readonly cuts: readonly CutSeen[];
  readonly balance: Balance | undefined;
  readonly wrong: readonly string[];
  readonly seconds: number;
  /** Starts for which the boot's check of the file system was needed; not told in older records. */
  readonly checks?: number;
  /** Of a processor, for the start that settled it. */
  readonly processorSeconds: number;
  readonly screens: readonly string[];
};

export type RunOptions = {
  /** The warm machine. */
  readonly frozen: string;
  readonly seed: number;
  /** How many; each case has one and sometimes more. */
  readonly cuts: number;
  /** The case to begin with; 0 by itself. */
  readonly first?: number;
  /** Only this case. */
  readonly only?: number;
  /** Told of each case as soon as it is done. */
  readonly onCase: (seen: Case) => void;
  /** Where everything that was seen is written. */
  readonly evidence: string;
  readonly tell: (line: string) => void;
};

export type Evidence = {
  readonly seed: number;
  readonly load: number;
  readonly seconds: number;
  readonly cases: readonly Case[];
  /** What is found where the drive only says that it has flushed: a test that finds nothing then finds nothing ever. */
  readonly control?: CutSeen;
  /** Why the run ended before its time. */
  readonly failure?: string;
};

/**
 * Cuts a kiosk's power so many times, in the middle of journeys, of its recoveries and of its first start on an empty disk, and holds
 * what each cut left against what terminal, printer, institutions and gateway know.
 */
export async function runPowerCuts(options: RunOptions): Promise<Evidence> {
  const { frozen, seed, cuts, first = 0, only, evidence, onCase, tell } = options;
  const began = performance.now();
  const cases: Case[] = [];
  const count = () => cases.reduce((sum, { cuts }) => sum + cuts.length, 0);
  let failure: string | undefined;
  let control: CutSeen | undefined;
  const pc = await KioskPc.start(frozen);
  try {
    let settled = await pc.settled();
    for (let number = only ?? first; count() < cuts && (only === undefined || number === only); number++) {
      const run = new PowerCase(pc, { number, cuts: count(), random: seeded(seed * 1_000 + number), tell });
      const done = await run.run(settled);
      cases.push(done.seen);
      onCase(done.seen);
      settled = done.settled;
      save();
    }
    control = await new PowerCase(pc, { number: 0, cuts: count(), random: seeded(seed), tell }).onLyingDrive(settled);
  } catch (problem) {
    failure = problem instanceof Error ? problem.message : String(problem);
    tell(failure);
  } finally {
    await pc.stop();
  }
  return save();

  function save(): Evidence {
    const seen: Evidence = {
      seed,
      load: Number((loadavg()[0] ?? 0).toFixed(1)),
      seconds: Math.round((performance.now() - began) / 1000),
      cases,
      ...(control !== undefined && { control }),
      ...(failure !== undefined && { failure }),
    };
    mkdirSync(dirname(evidence), { recursive: true });
    writeFileSync(evidence, `${JSON.stringify(seen, null, 1)}\n`);
    return seen;
  }
}

/** Money has moved, which only the journal can know of afterwards. */
const LIE: Plan = {
  service: "bono",
  phase: "charged",
  countdown: { by: "milliseconds", count: 1 },
  starts: [],
  newDisk: false,
};

class PowerCase {
  readonly #pc: KioskPc;
  readonly #number: number;
  readonly #random: Random;
  readonly #tell: (line: string) => void;
  readonly #cuts: CutSeen[] = [];
  #cutsBefore: number;

  constructor(
    pc: KioskPc,
    { number, cuts, random, tell }: { number: number; cuts: number; random: Random; tell: (line: string) => void },
  ) {
    this.#pc = pc;
    this.#number = number;
    this.#cutsBefore = cuts;
    this.#random = random;
    this.#tell = tell;
  }

  /** @param settled what the disk held before, all of it settled. */
  async run(settled: Autopsy): Promise<{ seen: Case; settled: Autopsy }> {
    const began = performance.now();
    const pc = this.#pc;
    const plan = draw(this.#random, this.#number);
    const { checks } = pc;
    const before = await pc.outside();
    await this.#journey(plan);
    let disk = await this.#cut(`${plan.service}, ${plan.phase} + ${words(plan.countdown)}`, began, settled);
    for (const start of plan.starts) disk = await this.#cutAtStart(start, disk);
    await pc.switchOn();
    let after = await pc.settled();
    const outside = await pc.outside();
    const processorSeconds = pc.processorSeconds();
    const journey = after.journeys.find(({ id }) => !settled.journeys.some((earlier) => earlier.id === id))?.id;
    const balance = balanceOf(before, outside, after, journey);
    const wrong = [
      ...wrongOnDisk(after, outside, disk, pc.forgotten),
      ...imbalances(balance, plan.service === "bono"),
      ...wrongInAll(outside, after),
    ];
    if (plan.newDisk) after = await this.#newDisk();
    const seen: Case = {
      ...{ number: this.#number, plan, cuts: this.#cuts, balance, wrong, processorSeconds },
      checks: pc.checks - checks,
      seconds: secondsSince(began),
      screens: wrong.length === 0 ? [] : pc.stack.kiosk.seen.slice(-20),
    };
    this.#tell(
      `case ${seen.number}: ${JSON.stringify(balance)}, ${seen.seconds} s${wrong.map((line) => `\n  WRONG: ${line}`).join("")}`,
    );
    return { seen, settled: after };
  }

  /** The same with a drive that does not flush: it must be found out. */
  async onLyingDrive(settled: Autopsy): Promise<CutSeen> {
    this.#pc.lie();
    await this.#journey(LIE);
    await this.#cut("a drive that lies", performance.now(), settled);
    const [seen] = this.#cuts;
    if (seen === undefined) throw new Error("nothing was cut");
    return seen;
  }

  /** Goes through the service until the plug is out. */
  async #journey({ service, phase, countdown }: Plan): Promise<void> {
    const { stack, plug } = this.#pc;
    await this.#pc.serves();
    const reached = (seen: string) => {
      if (seen === phase) plug.arm(countdown);
    };
    // A citizen who is left standing, or who has done everything before the moment came.
    const citizen = CITIZENS[service](stack, reached, () => plug.isOut).catch((problem: Error) => {
      if (!plug.isOut) this.#tell(`  the citizen gave up: ${problem.message.split("\n")[0]}`);
    });
    await Promise.race([plug.out, citizen]);
    plug.pull();
    stack.nextCitizen();
    await citizen;
  }

  async #cut(at: string, began: number, before: Autopsy | undefined): Promise<Autopsy> {
    const pc = this.#pc;
    const { report, disk } = await pc.died(this.#random);
    const outside: Outside = await pc.outside();
    const wrong = wrongOnDisk(disk, outside, before, pc.forgotten);
    const open = disk.journeys
      .filter(({ settled_at }) => settled_at === null)
      .map(({ id }) =>
        disk.effects
          .filter(({ journey }) => journey === id)
          .map(({ kind, state }) => `${kind} ${state}`)
          .join(", "),
      );
    const seen = {
      number: ++this.#cutsBefore,
      at,
      report,
      open,
      ...(disk.repaired !== undefined && { repaired: disk.repaired }),
      faults: disk.faults.length,
      wrong,
      seconds: secondsSince(began),
    };
    this.#cuts.push(seen);
    this.#tell(
      `cut ${seen.number} (${at}): ${report.lost} of ${report.cached} cached writes lost, ${report.torn} torn; open: ${open.join("; ") || "nothing"}` +
        (disk.repaired === undefined ? "" : "; the file system needed a repair") +
        wrong.map((line) => `\n  WRONG: ${line}`).join(""),
    );
    return disk;
  }

  async #cutAtStart(start: Countdown, before: Autopsy | undefined): Promise<Autopsy> {
    const began = performance.now();
    const { plug } = this.#pc;
    plug.arm(start);
    await this.#pc.switchOn();
    await Promise.race([plug.out, this.#pc.settled().catch(() => undefined)]);
    plug.pull();
    return await this.#cut(`start + ${words(start)}`, began, before);
  }

  /** A technician's day: an empty disk, and the power fails while it is laid down. */
  async #newDisk(): Promise<Autopsy> {
    const pc = this.#pc;
    pc.plug.pull();
    await this.#cut("everything settled", performance.now(), undefined);
    await pc.newDisk();
    await this.#cutAtStart(drawFirstStart(this.#random), undefined);
    await pc.switchOn();
    return await pc.settled();
  }
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
