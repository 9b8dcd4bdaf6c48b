import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import {
  createFingerprintReaderSimulator,
  type FingerprintReaderSimulator,
} from "../../simulators/fingerprint-reader/simulator.ts";
import { loadKind } from "./kinds.ts";
import { runCli } from "./run.ts";

let simulator: FingerprintReaderSimulator;
let file: string;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "finger-cli-"));
  file = join(folder, "trace.jsonl");
  simulator = createFingerprintReaderSimulator({ id: "finger", path: join(folder, "sensor") });
  await simulator.start();
});
afterEach(() => simulator.stop());

type Event = { readonly feedback?: string; readonly ask?: string };

/** One command line, with a finger whenever it is asked for. */
async function cli(args: readonly string[], fingers: readonly { readonly quality: number }[] = []) {
  const left = [...fingers];
  const events: Event[] = [];
  let outcome: unknown;
  let complaint = "";
  const take = (line: { readonly event?: Event }) => {
    if (line.event === undefined) outcome = line;
    else events.push(line.event);
    if (line.event?.feedback === "remove-subject") simulator.sensor.lift();
    const [next] = line.event?.feedback === "present-subject" ? left.splice(0, 1) : [];
    if (next !== undefined) setImmediate(() => simulator.sensor.lay(next));
  };
  const status = await runCli(["fingerprint-reader", ...args, "--json"], {
    ...{ kinds: [], loadKind, clock: systemClock, onStop: () => {} },
    out: (text) => {
      for (const line of text.trim().split("\n")) take(JSON.parse(line));
    },
    complain: (text) => {
      complaint += text;
    },
  });
  return { status, outcome, complaint, feedback: events.flatMap(({ feedback }) => feedback ?? []) };
}

const capture = (...options: string[]) => ["capture", "--port", simulator.port, "--timeout", "20", ...options];

test("a capture tells what is wrong with the finger, and then its quality and nothing else of it", async () => {
  const captured = await cli(capture("--finger", "right-index"), [{ quality: 20 }, { quality: 71 }]);
  expect(captured).toMatchObject({ status: 0 });
  expect(captured.outcome).toEqual({
    type: "outcome",
    outcome: "ok",
    result: { captured: true, quality: 71, tries: 2 },
  });
  expect(captured.feedback).toContain("low-quality");
});

test("fingers that are never good enough end as low quality, status 1", async () => {
  const captured = await cli(capture("--attempts", "1", "--min-quality", "60"), [{ quality: 59 }]);
  expect(captured).toMatchObject({ status: 1, outcome: { error: { code: "fingerprint-reader.low-quality" } } });
});

test("a trace has no template in it, and a raw one is refused", async () => {
  expect(await cli(capture("--trace", file), [{ quality: 80 }])).toMatchObject({ status: 0 });
  // Records of ISO/IEC 19794-2 begin with FMR.
  expect(readFileSync(file, "utf8")).not.toContain(Buffer.from("FMR").toString("hex"));
  expect(await cli(capture("--trace", `${file}.raw`, "--raw"))).toMatchObject({
    status: 64,
    complaint: expect.stringContaining("never written into a file"),
  });
});

test("a recorded capture is replayed with its quality and an empty template", async () => {
  await cli(capture("--trace", file), [{ quality: 80 }]);
  const lines: string[] = [];
  const status = await runCli(["replay", file, "--json"], {
    ...{ kinds: [], loadKind, clock: systemClock, onStop: () => {}, complain: () => {} },
    out: (text) => lines.push(text.trim()),
  });
  expect(status).toBe(0);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ result: { captured: true, quality: 80, tries: 1 } });
});
