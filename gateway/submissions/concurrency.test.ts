import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { ok } from "../../base/result.ts";
import { Attachments } from "../attachments/attachments.ts";
import { gatewayConfigSchema } from "../config.ts";
import type { Operations } from "../connectors/connector.ts";
import { openStore, type Store } from "../store/database.ts";
import { SubmissionStore } from "./submission-store.ts";
import { Submissions } from "./submissions.ts";

const REQUEST = { kiosk: "k1", key: "a", operation: "fonasa.bono.annul", input: { folio: "1" } } as const;
const ANNULLED = { annulled: true } as const;
let store: Store;
let submissions: Submissions;
let sent: number;
let answer: PromiseWithResolvers<void>;

beforeEach(() => {
  const directory = mkdtempSync(`${tmpdir()}/submissions-`);
  store = openStore(directory);
  sent = 0;
  answer = Promise.withResolvers();
  const operations: Operations = {
    queries: {},
    submissions: {
      "fonasa.bono.annul": {
        kind: "remote",
        institution: "fonasa",
        resendable: true,
        submit: async () => {
          sent++;
          await answer.promise;
          return ok(ANNULLED);
        },
        lookUp: async () => ok(undefined),
      },
    },
  };
  const { deadlines } = gatewayConfigSchema.parse({ stateDirectory: directory, institutions: {} });
  const clock = new SimulatedClock();
  submissions = new Submissions({
    store: new SubmissionStore(store),
    attachments: new Attachments(store, clock, 1),
    operations,
    clock,
    random: () => 0.5,
    log: silentLogger,
    deadlines,
  });
});

afterEach(async () => {
  answer.resolve();
  await submissions.stop();
  store.database.close();
});

test("whoever submits the same key while it is under way waits for the one answer", async () => {
  const answers = [submissions.submit(REQUEST), submissions.submit(REQUEST), submissions.submit(REQUEST)];
  expect(await submissions.submit({ ...REQUEST, input: { folio: "2" } })).toEqual({ kind: "conflict" });
  answer.resolve();
  const told = { kind: "answer", answer: { outcome: "ok", result: ANNULLED }, final: true };
  expect(await Promise.all(answers)).toEqual([told, told, told]);
  expect(sent).toBe(1);
});

test("it is recorded, durably, before the institution hears of it", async () => {
  void submissions.submit(REQUEST);
  expect(sent).toBe(1);
  expect(store.database.prepare("SELECT state FROM submissions").all()).toEqual([{ state: "working" }]);
  expect(store.database.pragma("synchronous", { simple: true })).toBe(2);
  expect(store.database.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(store.database.pragma("secure_delete", { simple: true })).toBe(1);
});
