import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { seeded } from "../../usb-lab/inside/random.ts";
import { runtimeChild } from "../kiosk/build.ts";
import { Lane } from "../kiosk/lane.ts";
import { type CaseRecord, casesToRun, type Findings, type PartOptions, type ReliabilityPart } from "../part.ts";
import { DiskBench } from "./bench.ts";
import { SCENES } from "./scenes.ts";
import { Volume } from "./volume.ts";

/** How often each scene is played; a sample plays one that the seed draws. */
const FULL_ROUNDS = 10;

type DiskRecord = CaseRecord & {
  readonly scene: string;
  readonly faults: readonly string[];
  readonly timeline: readonly string[];
};

export const disk: ReliabilityPart<DiskRecord> = {
  name: "disk",
  shows:
    "The journal lies on an ext4 file system of its own, which runs full, goes read-only, or loses pages while money is open: the kiosk says so on the screen, in its health and to the fleet, sells nothing, loses nothing, and goes on when the disk does.",
  impossible: () =>
    Volume.isPossible() ? undefined : "file systems can be mounted by root only, and need mkfs.ext4 and losetup",
  run,
  findings,
};

async function run(options: PartOptions<DiskRecord>): Promise<void> {
  const { full, seed, keep, tell } = options;
  const directory = mkdtempSync(join(tmpdir(), "vr-disk-"));
  try {
    const program = await runtimeChild();
    const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: ["disk"], clock: systemClock });
    const played = (number: number) => SCENES[(seed + number) % SCENES.length];
    const sample = SCENES.findIndex((_, number) => played(number)?.slow === undefined);
    const range = full ? { first: 0, count: SCENES.length * FULL_ROUNDS } : { first: sample, count: 1 };
    for (const number of casesToRun({ range, ...options }, 0)) {
      const scene = played(number);
      if (scene === undefined) continue;
      const own = join(directory, `case-${number}`);
      const volume = new Volume(own);
      const lane = await Lane.start({
        ...{ directory: own, program, pki, kiosk: "disk", model: "transbank and presenter" },
        data: join(volume.mount, "runtime"),
      });
      const bench = new DiskBench(lane);
      const { faults } = bench;
      try {
        await scene.play(bench, volume, seeded(seed * 1_000 + number));
      } catch (problem) {
        faults.push(problem instanceof Error ? problem.message : String(problem));
      } finally {
        await bench.cut();
        await lane.stop();
        volume.remove();
      }
      tell(`${scene.name}: ${faults.length === 0 ? "holds" : faults.join("; ")}`);
      keep({ case: number, scene: scene.name, faults, timeline: faults.length === 0 ? [] : [...lane.timeline] });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function findings(records: readonly DiskRecord[]): Findings {
  const held = (name: string) => records.filter(({ scene, faults }) => scene === name && faults.length === 0).length;
  return {
    cases: records.length,
    tables: [
      {
        title: "What happened to the disk",
        columns: ["scene", "times that all held"],
        rows: SCENES.map(({ name }) => [name, held(name)]),
      },
    ],
    imbalances: records.flatMap(({ case: number, scene, faults, timeline }) =>
      faults.map((what) => ({ case: number, what: `${scene}: ${what}`, timeline })),
    ),
  };
}
