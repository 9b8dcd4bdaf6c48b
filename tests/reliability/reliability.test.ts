import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { withLedgers } from "./document.ts";
import { casesToRun, type Findings } from "./part.ts";
import { PARTS } from "./parts.ts";
import { keptSessions, RunFile } from "./sessions.ts";
import { markdown } from "./tables.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Some seconds each; much longer on a machine that does other things beside. */
const PATIENCE = 1_500_000;
const SEED = Date.now() % 1_000_000;
const EVERYTHING = process.env.VENTANILLA_RELIABILITY === "1";

function reliability(...parameters: readonly string[]) {
  const asked = ["--disable-warning=ExperimentalWarning", "tests/reliability/main.ts", ...parameters];
  return spawnSync(process.execPath, asked, { cwd: ROOT, encoding: "utf8", timeout: PATIENCE });
}

test.for(Object.keys(PARTS))(
  `a sample of %s balances (seed ${SEED})`,
  { timeout: PATIENCE },
  async (name, { skip }) => {
    const part = await PARTS[name]?.();
    const why = part?.impossible?.() ?? (EVERYTHING ? undefined : part?.tooSlowForTests);
    if (why !== undefined) skip(`${why}; VENTANILLA_RELIABILITY=1 npm test tests/reliability`);
    const { status, stdout, stderr } = reliability("--only", name, "--seed", String(SEED));
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`### ${name}\n`);
  },
);

test.each([["--only", "no-such-part"], ["--seed", "x"], ["--cases", "9.."], ["--unknown"]])(
  "%s %s is bad usage",
  (...parameters) => {
    expect(reliability(...parameters)).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("npm run reliability"),
    });
  },
);

describe("a run that is done in several sittings", () => {
  const folder = mkdtempSync(join(tmpdir(), "vr-sessions-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const head = { seed: 7, date: "2026-11-29", on: "one machine" };
  const numbers = (file: RunFile) => file.sessions.map(({ records }) => records.map((record) => record.case));

  test("goes on where it was broken off, in the middle of a line too, unless it is begun anew", () => {
    const first = new RunFile("crash", 7, { anew: true, folder });
    first.begin(head);
    first.keep({ case: 0 });
    first.keep({ case: 2 });
    appendFileSync(join(folder, "crash-7.jsonl"), '{"seconds":3,"rec');
    const second = new RunFile("crash", 7, { anew: false, folder });
    const done = second.sessions.flatMap(({ records }) => records);
    expect(casesToRun({ done, range: { first: 1, count: 3 } }, 9)).toEqual([1, 3]);
    second.begin({ ...head, date: "2026-11-30" });
    second.keep({ case: 1 });
    expect(numbers(second)).toEqual([[0, 2], [1]]);
    expect(numbers(new RunFile("crash", 7, { anew: true, folder }))).toEqual([]);
  });

  test("is told with every sitting, and with those of other seeds", () => {
    for (const [seed, date] of [
      [8, "2026-11-30"],
      [7, "2026-11-29"],
    ] as const) {
      const file = new RunFile("crash", seed, { anew: true, folder });
      file.begin({ seed, date, on: "one machine" });
      file.keep({ case: 0 });
    }
    new RunFile("soak", 7, { anew: true, folder }).begin(head);
    const kept = keptSessions("crash", folder);
    expect(kept).toMatchObject([{ seed: 7 }, { seed: 8 }]);
    expect(keptSessions("soak", folder)).toEqual([]);
    const text = markdown("crash", kept, [1, 1], { cases: 2, tables: [], imbalances: [] });
    expect(text).toMatch(/^### crash\n\n2 cases; everything balances\.\n/);
    expect(text).toMatch(/2026-11-29 \| 7 .*\n\| 2026-11-30 \| 8 /);
  });
});

test("a ledger takes the place of the one before in the document, and the others stay", () => {
  const findings: Findings = {
    ...{ cases: 1_200, imbalances: [{ case: 3, what: "a charge is lost", timeline: [] }] },
    tables: [{ title: "Figures", columns: ["what", "figure"], rows: [["handles", 16]] }],
  };
  const marks = ["<!-- ledgers: written by npm run reliability -- --full --write-doc -->", "<!-- end of ledgers -->"];
  const text = `# Title\n\n${marks[0]}\n\nNone yet.\n\n### crash\n\nOne.\n\n### soak\n\nTwo.\n\n${marks[1]}\n`;
  const written = withLedgers(text, new Map([["soak", markdown("soak", [], [], findings)]]));
  expect(written).toContain("### crash\n\nOne.");
  expect(written).not.toContain("Two.");
  expect(written).not.toContain("None yet");
  expect(written).toContain("### soak\n\n1,200 cases; **1 imbalances**.");
  expect(written).toMatch(/\| handles \| +16 \|/);
  expect(() => withLedgers("nothing", new Map())).toThrow("no place");
});
