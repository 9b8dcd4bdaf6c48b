import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { folderOf } from "../kiosk/build.ts";
import { Lane, type Model } from "../kiosk/lane.ts";
import { runCase } from "./case.ts";
import { drawCase } from "./plan.ts";

/** What one worker does: its share of the cases, several kiosks at a time. */
export type Work = {
  readonly directory: string;
  readonly program: string;
  readonly seed: number;
  readonly services: readonly string[];
  readonly cases: readonly number[];
  /** Kiosks that stand side by side: they wait more than they work. */
  readonly lanes: number;
};

/** A kiosk is made anew after so many cases, so that its books stay short. */
const CASES_A_LANE = 40;

/** Starts need the processor alone: more of them at once get in each other's way, and none is over sooner. */
const STARTS_AT_ONCE = 2;

type Queue = { readonly model: Model; readonly service: string; readonly cases: number[] };

async function work({ directory, program, seed, services, cases, lanes }: Work): Promise<void> {
  const kiosks = Array.from({ length: lanes }, (_, index) => `lane-${index + 1}`);
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks, clock: systemClock });
  const queues = queuesOf(cases, seed, services);
  const starts = new Turns(STARTS_AT_ONCE);
  let made = 0;
  const serve = async (kiosk: string) => {
    for (let queue = longest(queues); queue !== undefined; queue = longest(queues)) {
      // Taken together, so that nobody else makes a kiosk for what this one is about to do.
      const mine = queue.cases.splice(0, CASES_A_LANE);
      const { model, service } = queue;
      while (mine.length > 0) {
        const lane = await Lane.start({
          ...{ directory: join(directory, `kiosk-${++made}`), model, pki, kiosk, program },
          services: folderOf(program, service),
          inTurn: (start) => starts.take(start),
        });
        try {
          for (let number = mine.shift(); number !== undefined; number = mine.shift()) {
            const report = await runCase(lane, { seed, number, services });
            process.send?.(report);
            // Books that do not balance once would not balance again.
            if (report.audit.faults.length > 0) break;
          }
        } finally {
          await lane.stop();
        }
      }
    }
  };
  await Promise.all(kiosks.map(serve));
}

/** Lets so many go on at once; the others wait in the order in which they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Cases by the kiosk that they need. */
function queuesOf(cases: readonly number[], seed: number, services: readonly string[]): Queue[] {
  const queues = new Map<string, Queue>();
  for (const number of cases) {
    const { model, service } = drawCase(seed, number, services);
    const queue = queues.get(`${model} ${service}`) ?? { model, service, cases: [] };
    queue.cases.push(number);
    queues.set(`${model} ${service}`, queue);
  }
  return [...queues.values()];
}

function longest(queues: readonly Queue[]): Queue | undefined {
  return queues.filter(({ cases }) => cases.length > 0).toSorted((a, b) => b.cases.length - a.cases.length)[0];
}

process.on("message", (order: Work) => {
  void work(order).then(
    () => process.exit(0),
    (problem) => {
      process.stderr.write(`${problem instanceof Error ? problem.stack : problem}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(1));
