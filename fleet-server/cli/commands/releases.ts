import {
  newRolloutSchema,
  ROLLOUT_ACTIONS,
  type RolloutRow,
  rolloutActionSchema,
} from "../../api/contract/releases.ts";
import {
  type CommandContext,
  type FleetCommand,
  flag,
  input,
  instant,
  list,
  text,
  UsageError,
  wholeNumber,
  word,
} from "../command.ts";

const COLUMNS = {
  id: (row: RolloutRow) => row.id,
  target: (row: RolloutRow) => row.target,
  state: (row: RolloutRow) => row.state,
  why: (row: RolloutRow) => row.why,
  by: (row: RolloutRow) => row.by,
  started: (row: RolloutRow) => instant(row.createdAt),
  rings: (row: RolloutRow) =>
    row.rings.map(({ ring, begun, counts }) => {
      const told = Object.entries(counts).filter(([, count]) => count > 0);
      return `${ring}${begun ? "" : " (waits)"}: ${told.map(([progress, count]) => `${count} ${progress}`).join(" ") || "nobody"}`;
    }),
};

export const RELEASE_COMMANDS: Readonly<Record<string, FleetCommand>> = {
  targets: {
    usage: "targets",
    summary: "What stands in the update repository",
    words: [0, 0],
    async run({ client, output }) {
      const { targets, expires } = await client.call("targets");
      type Row = (typeof targets)[number];
      const columns = {
        target: (row: Row) => row.path,
        kind: (row: Row) => row.service ?? row.kind,
        version: (row: Row) => row.version,
        bytes: (row: Row) => row.length,
        kiosks: (row: Row) => row.kiosks,
      };
      output.rows(targets, columns, "The repository has no target.");
      for (const [role, at] of Object.entries(expires)) output.say(`${role} metadata until ${instant(at)}`);
      return true;
    },
  },
  "rollout list": {
    usage: "rollout list",
    summary: "Rollouts, newest first",
    words: [0, 0],
    async run({ client, output }) {
      output.rows((await client.call("rollouts")).rollouts, COLUMNS, "No rollout was started yet.");
      return true;
    },
  },
  "rollout show": {
    usage: "rollout show <id>",
    summary: "One rollout, ring by ring",
    words: [1, 1],
    async run(context) {
      show(context, await context.client.call("rollout", { params: { rollout: word(context, 0) } }));
      return true;
    },
  },
  "rollout start": {
    usage: "rollout start <target> --ring <name>[:success[:error]] … [--silent-after SECONDS] [--reason T] [--dry-run]",
    summary: "Brings a target to kiosks ring by ring; percentages are 90 and 10 unless given",
    options: {
      ring: { type: "string", multiple: true },
      "silent-after": { type: "string" },
      reason: { type: "string" },
      "dry-run": { type: "boolean" },
    },
    words: [1, 1],
    async run(context) {
      const body = input(newRolloutSchema, {
        target: word(context, 0),
        rings: (list(context, "ring") ?? []).map(parseRing),
        silentAfter: wholeNumber(context, "silent-after"),
        reason: text(context, "reason"),
        dryRun: flag(context, "dry-run"),
      });
      if (body.dryRun) context.output.say("Nothing is started; this is what would happen:");
      show(context, await context.client.call("newRollout", { body }));
      return true;
    },
  },
  ...Object.fromEntries(ROLLOUT_ACTIONS.map((action) => [`rollout ${action}`, actionCommand(action)])),
};

function actionCommand(action: (typeof ROLLOUT_ACTIONS)[number]): FleetCommand {
  const retry = action === "resume";
  return {
    usage: `rollout ${action} <id> [--reason T]${retry ? " [--retry-failed]" : ""}`,
    summary: {
      pause: "Begins no further ring until it is resumed",
      resume: "Goes on after a pause or a halt",
      halt: "Stops it as if too many kiosks had failed",
      cancel: "Ends it; kiosks that have the target keep it",
    }[action],
    options: { reason: { type: "string" }, ...(retry ? { "retry-failed": { type: "boolean" } as const } : {}) },
    words: [1, 1],
    async run(context) {
      const request = { action, retryFailed: flag(context, "retry-failed"), reason: text(context, "reason") };
      const body = input(rolloutActionSchema, request);
      show(context, await context.client.call("changeRollout", { params: { rollout: word(context, 0) }, body }));
      return true;
    },
  };
}

function show({ output }: CommandContext, rollout: RolloutRow): void {
  output.one(rollout, {
    ...{ id: rollout.id, target: rollout.target, state: rollout.state, why: rollout.why, by: rollout.by },
    ...{ started: instant(rollout.createdAt), rings: COLUMNS.rings(rollout) },
    failures: rollout.failures.map(({ kiosk, progress, code, message }) =>
      `${kiosk} ${progress} ${code} ${message}`.trim(),
    ),
  });
}

function parseRing(written: string): { ring: string; success: number; error: number } {
  const [, ring = "", success = "90", error = "10"] = /^([^:]+)(?::(\d+)(?::(\d+))?)?$/.exec(written) ?? [];
  if (ring === "")
    throw new UsageError(`--ring takes name, name:success or name:success:error, not ${JSON.stringify(written)}`);
  return { ring, success: Number(success), error: Number(error) };
}
