import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pause } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { openEmbedded } from "../../../fleet-server/store/embedded.ts";
import { committedRows, openRows } from "./embedded-rows.ts";

/** Most of the time goes into starting: the full run of the decision record asks for 50. */
const KILLS = Number(process.env.VENTANILLA_KILLS ?? 6);
const CUTS = 5;
const SECONDS_A_KILL = 20;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fleet-crash-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Lets a child commit for a random while and kills it. @returns what it found and the last row that it said it committed. */
async function killedWriter(database: string): Promise<{ have: number; said: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "kill-child.ts"), database], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let have = -1;
  let said = -1;
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, found] = line.split(" ");
    if (word === "have") {
      have = said = Number(found);
      void pause(systemClock, Math.random() * 150).then(() => child.kill("SIGKILL"));
    } else said = Number(word);
  }
  await ended;
  return { have, said };
}

test(`${KILLS} kills lose no acknowledged row`, { timeout: KILLS * SECONDS_A_KILL * 1_000 }, async () => {
  const database = join(directory, "killed");
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { have, said } = await killedWriter(database);
    // The last commit may have ended without its word getting out.
    expect(have - acknowledged).toBeGreaterThanOrEqual(0);
    expect(have - acknowledged).toBeLessThanOrEqual(1);
    acknowledged = said;
  }
  expect(acknowledged).toBeGreaterThan(0);
});

test("what a power cut leaves holds every acknowledged row and none that was not committed", {
  timeout: 240_000,
}, async () => {
  const [database, images] = [join(directory, "cut"), join(directory, "images")];
  for (const path of [database, images]) mkdirSync(path);
  const child = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "power-cut-child.ts"), database, images, String(CUTS)],
    { encoding: "utf8", timeout: 120_000, maxBuffer: 1e6 },
  );
  expect(child.stderr).toBe("");
  const cuts = child.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(cuts).toHaveLength(CUTS);
  for (const { image, committed } of cuts) {
    const { database: after, close } = await openRows(join(images, String(image)));
    expect(await committedRows(after)).toBe(committed);
    await close();
  }
});

test("a second process is refused, so that two never write one directory", async () => {
  const database = join(directory, "twice");
  const { close } = await openEmbedded(database, {});
  await expect(openEmbedded(database, {})).rejects.toThrow(/another process has the database/);
  await close();
  await (await openEmbedded(database, {})).close();
});
