import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
/** Twenty-odd framings take about 25 s on a machine that does nothing else. */
const WITHIN = 300_000;

test(
  `no framing breaks a promise on 200 000 bytes of spoiled input, seed ${SEED}`,
  async () => {
    process.stdout.write(`fuzz: seed ${SEED}\n`);
    const program = spawn(process.execPath, ["tests/fuzz/main.ts", "--seed", String(SEED)], { cwd: ROOT });
    let [output, problems] = ["", ""];
    program.stdout.on("data", (text) => (output += text));
    program.stderr.on("data", (text) => (problems += text));
    const [status] = await once(program, "close");
    const reports: { framing: string; broken?: string; bytes: number; blocks: number }[] = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(
      reports.filter(({ broken }) => broken !== undefined),
      problems,
    ).toEqual([]);
    expect(status).toBe(0);
    expect(reports.length).toBeGreaterThan(20);
    for (const { framing, bytes, blocks } of reports) {
      expect(bytes, framing).toBeGreaterThanOrEqual(200_000);
      expect(blocks, framing).toBeGreaterThan(8);
    }
  },
  WITHIN,
);

test.each([["--framing", "no-such-thing"], ["--seed", "x"], ["--more"]])(
  "%s is bad usage, and the framings are listed",
  (...asked) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["tests/fuzz/main.ts", ...asked.filter((each) => each !== undefined)],
      {
        cwd: ROOT,
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("stx-etx-lrc, dle-stx-crc"),
    });
  },
);
