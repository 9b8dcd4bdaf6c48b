import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { MetadataStore } from "../../../fleet-agent/update/metadata-store.ts";
import { TestRepository } from "./update-kit.ts";

const KILLS = 100;
/** Kiosk processes that are started at a time: starting one takes far longer than its update. */
const AT_ONCE = 4;
/** Longer than an update takes, so that some kills come too late, milliseconds. */
const LATEST = 150;

test(`killed at ${KILLS} random moments of an update, the next run always ends with the whole verified file`, {
  timeout: 300_000,
}, async () => {
  const repository = await TestRepository.start(systemClock);
  try {
    const { path, file } = await repository.release("1.0.0", randomBytes(2_000_000));
    const whole = await readFile(file);
    const moments = fc.sample(fc.integer({ min: 0, max: LATEST }), { numRuns: KILLS, seed: 20_261_123 });
    const program = await bundle(repository.base);
    let killed = 0;
    const update = async (kill: number, moment: number) => {
      const name = `kiosk-${kill}`;
      const directory = join(repository.base, name);
      const store = new MetadataStore(join(directory, "metadata"));
      await store.prepare();
      await store.writeRoot(1, await repository.root());
      if (await killedAfter(moment, program, [repository.url, directory, path])) killed++;
      const files: string[] = await readdir(join(directory, "targets")).catch(() => []);
      // What bears the name is whole, however the run ended.
      for (const left of files.filter((entry) => !entry.startsWith(".")))
        expect((await readFile(join(directory, "targets", left))).equals(whole)).toBe(true);
      const got = assertOk(await (await repository.kiosk(name)).update(path), `kill ${kill} after ${moment} ms`);
      expect((await readFile(got.file)).equals(whole)).toBe(true);
    };
    const queue = [...moments.entries()];
    const work = async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await update(...next);
    };
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    expect(lanes.filter(({ status }) => status === "rejected")).toEqual([]);
    expect(killed).toBeGreaterThan(KILLS / 3);
  } finally {
    await repository.close();
  }
});

/** One small file starts in a fraction of the time that its sources take. */
async function bundle(directory: string): Promise<string> {
  const outfile = join(directory, "kiosk.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "kiosk-process.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}

/** Lets a kiosk begin its update and kills it `milliseconds` later; false when it had ended by then. */
async function killedAfter(milliseconds: number, program: string, args: readonly string[]): Promise<boolean> {
  const child = fork(program, args, { execArgv: [], silent: true });
  const exit = once(child, "exit");
  await once(child, "message");
  let done = false;
  child.on("message", () => {
    done = true;
  });
  child.send("go");
  const timer = systemClock.setTimeout(() => child.kill("SIGKILL"), milliseconds);
  await exit;
  timer.cancel();
  return !done;
}
