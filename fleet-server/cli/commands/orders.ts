import { COMMAND_NAMES, commandSchema } from "../../../base/contracts/fleet/command.ts";
import type { CommandRow } from "../../api/contract/kiosks.ts";
import { newCommandSchema, newEnrolmentSchema, revocationSchema } from "../../api/contract/kiosks.ts";
import {
  type CommandContext,
  type FleetCommand,
  input,
  instant,
  required,
  text,
  UsageError,
  wholeNumber,
  word,
} from "../command.ts";

const COLUMNS = {
  id: (row: CommandRow) => row.id,
  command: (row: CommandRow) => Object.values(row.command).join(" "),
  state: (row: CommandRow) => row.state,
  by: (row: CommandRow) => row.by,
  sent: (row: CommandRow) => instant(row.createdAt),
  expires: (row: CommandRow) => instant(row.expiresAt),
  told: (row: CommandRow) => row.message ?? row.code,
};

/** What a kiosk is told to do: commands, one-time codes, revocation. */
export const ORDER_COMMANDS: Readonly<Record<string, FleetCommand>> = {
  command: {
    usage: "command <kiosk> <name> [part or device] [--lines N] [--reason T] [--expires-in SECONDS]",
    summary: `Sends a command: ${COMMAND_NAMES.join(", ")}`,
    options: { lines: { type: "string" }, reason: { type: "string" }, "expires-in": { type: "string" } },
    words: [2, 3],
    async run(context) {
      const body = input(newCommandSchema, {
        command: parseCommand(context),
        reason: text(context, "reason"),
        expiresIn: wholeNumber(context, "expires-in"),
      });
      const sent = await context.client.call("sendCommand", { params: { kiosk: word(context, 0) }, body });
      context.output.rows([sent], COLUMNS, "");
      return true;
    },
  },
  commands: {
    usage: "commands <kiosk>",
    summary: "The newest commands to a kiosk and what became of them",
    words: [1, 1],
    async run(context) {
      const { commands } = await context.client.call("commands", { params: { kiosk: word(context, 0) } });
      context.output.rows(commands, COLUMNS, "No command was sent yet.");
      return true;
    },
  },
  logs: {
    usage: "logs <command id>",
    summary: "The log records that a command `logs` gathered",
    words: [1, 1],
    async run(context) {
      const { records } = await context.client.call("commandLogs", { params: { command: word(context, 0) } });
      context.output.rows(records, { record: (record) => JSON.stringify(record) }, "No record.");
      return true;
    },
  },
  enrol: {
    usage: "enrol <kiosk> --place P --site S [--ring R] [--expires-in SECONDS]",
    summary: "Makes a one-time code for a new kiosk, or for another machine of one that is there",
    options: Object.fromEntries(
      ["place", "site", "ring", "expires-in"].map((name) => [name, { type: "string" } as const]),
    ),
    words: [1, 1],
    async run(context) {
      const body = input(newEnrolmentSchema, {
        ...{ kiosk: word(context, 0), place: required(context, "place"), site: required(context, "site") },
        ...{ ring: text(context, "ring"), expiresIn: wholeNumber(context, "expires-in") },
      });
      const made = await context.client.call("newEnrolment", { body });
      context.output.one(made, {
        ...{ code: made.code, server: made.server, "CA fingerprint": made.caFingerprint },
        ...{ kiosk: made.kiosk, "good until": instant(made.expiresAt) },
      });
      return true;
    },
  },
  enrolments: {
    usage: "enrolments",
    summary: "One-time codes and what became of them",
    words: [0, 0],
    async run({ client, output }) {
      const { enrolments } = await client.call("enrolments");
      type Row = (typeof enrolments)[number];
      const fate = (row: Row) =>
        row.usedAt !== null
          ? `used ${instant(row.usedAt)}`
          : row.cancelledAt !== null
            ? "cancelled"
            : `until ${instant(row.expiresAt)}`;
      const columns = {
        id: (row: Row) => row.id,
        kiosk: (row: Row) => row.kiosk,
        place: (row: Row) => `${row.site}, ${row.place}`,
        ring: (row: Row) => row.ring,
        by: (row: Row) => row.by,
        fate,
      };
      output.rows(enrolments, columns, "No code was made yet.");
      return true;
    },
  },
  "cancel-enrolment": {
    usage: "cancel-enrolment <enrolment id>",
    summary: "Takes back a one-time code that was not used",
    words: [1, 1],
    async run(context) {
      await context.client.call("cancelEnrolment", { params: { enrolment: word(context, 0) } });
      context.output.say("cancelled");
      return true;
    },
  },
  revoke: {
    usage: "revoke <kiosk> --reason T",
    summary: "Ends every certificate of a kiosk, for good",
    options: { reason: { type: "string" } },
    words: [1, 1],
    async run(context) {
      const body = input(revocationSchema, { reason: required(context, "reason") });
      await context.client.call("revoke", { params: { kiosk: word(context, 0) }, body });
      context.output.say("revoked");
      return true;
    },
  },
};

function parseCommand(context: CommandContext): unknown {
  const name = word(context, 1);
  const option = commandSchema.options.find(({ shape }) => shape.name.value === name);
  if (option === undefined)
    throw new UsageError(`there is no command ${JSON.stringify(name)}; commands: ${COMMAND_NAMES.join(", ")}`);
  const field = ["part", "device"].find((candidate) => candidate in option.shape);
  const value = context.words[2];
  if (field === undefined && value !== undefined) throw new UsageError(`${name} takes no further word`);
  if (field !== undefined && value === undefined) throw new UsageError(`${name} needs a ${field}`);
  const lines = "lines" in option.shape ? { lines: wholeNumber(context, "lines") ?? 200 } : {};
  return { name, ...(field === undefined ? {} : { [field]: value }), ...lines };
}
