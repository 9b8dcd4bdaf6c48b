import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { openJournal } from "./journal.ts";

const CHILD = fileURLToPath(new URL("../testing/journal-child.ts", import.meta.url));
const ORDER = ["intended", "sent", "done"];

test("whatever the journal had confirmed when its process was killed is there afterwards", async () => {
  const directory = mkdtempSync(join(tmpdir(), "journal-kill-"));
  const said = new Map<string, { state: string; ticket: string }>();
  const tickets = new Set<string>();
  for (let round = 0; round < 3; round++) {
    await runAndKill(directory, 40 + round * 17, (key, state, ticket) => {
      if (state === "intended") {
        expect(tickets.has(ticket)).toBe(false);
        tickets.add(ticket);
      }
      said.set(key, { state, ticket });
    });
  }
  const journal = assertOk(
    openJournal({ directory, kiosk: "demo-1", clock: systemClock, log: silentLogger }),
    "journal",
  );
  expect(said.size).toBeGreaterThan(30);
  for (const [key, { state, ticket }] of said) {
    const effect = journal.effect(key);
    expect(effect.ticket).toBe(ticket);
    expect(ORDER.indexOf(effect.state)).toBeGreaterThanOrEqual(ORDER.indexOf(state));
    if (effect.state === "done") expect(journal.secret(key)).toEqual({ ticket });
  }
  journal.close();
});

/** Starts the child, and kills it without warning after it has said `lines` lines. */
async function runAndKill(
  directory: string,
  lines: number,
  onLine: (key: string, state: string, ticket: string) => void,
): Promise<void> {
  const child = spawn(process.execPath, [CHILD, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
  const closed = new Promise<void>((resolve) => child.stdout.on("close", () => resolve()));
  let rest = "";
  let count = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      const [key = "", state = "", ticket = ""] = line.split(" ");
      onLine(key, state, ticket);
      if (++count === lines) child.kill("SIGKILL");
    }
  });
  expect(await exited).toBe("SIGKILL");
  await closed;
}
