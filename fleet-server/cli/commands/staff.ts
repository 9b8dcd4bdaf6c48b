import type { z } from "zod";
import { newStaffSchema, ROLES, staffChangeSchema, type staffSchema } from "../../api/contract/access.ts";
import { type FleetCommand, flag, input, instant, list, text, UsageError, wholeNumber, word } from "../command.ts";

type Staff = z.infer<typeof staffSchema>;
type AuditEntry = { at: number; number: number; actor: string; action: string; subject: string; details: object };

const COLUMNS = {
  id: (row: Staff) => row.id,
  name: (row: Staff) => row.name,
  roles: (row: Staff) => row.roles,
  source: (row: Staff) => row.source,
  "last seen": (row: Staff) => (row.disabled ? "disabled" : instant(row.lastSeen)),
};
const ROLE_OPTION = { role: { type: "string", multiple: true } } as const;
const GIVEN_PASSWORD = "One-time password to give them (at least 12 characters): ";

export const STAFF_COMMANDS: Readonly<Record<string, FleetCommand>> = {
  staff: {
    usage: "staff",
    summary: "Everybody who may use the console",
    words: [0, 0],
    async run({ client, output }) {
      output.rows((await client.call("staff")).staff, COLUMNS, "Nobody.");
      return true;
    },
  },
  "staff add": {
    usage: "staff add <name> --role R …",
    summary: `Makes a local account; its password is asked for. Roles: ${ROLES.join(", ")}`,
    options: ROLE_OPTION,
    words: [1, 1],
    async run(context) {
      const roles = list(context, "role");
      if (roles === undefined) throw new UsageError("--role is missing");
      const password = await context.askSecret(GIVEN_PASSWORD);
      const body = input(newStaffSchema, { name: word(context, 0), roles, password });
      context.output.rows([await context.client.call("newStaff", { body })], COLUMNS, "");
      return true;
    },
  },
  "staff change": {
    usage: "staff change <id> [--role R …] [--disable | --enable] [--new-password]",
    summary: "Changes roles, disables, or sets a new one-time password",
    options: {
      ...ROLE_OPTION,
      disable: { type: "boolean" },
      enable: { type: "boolean" },
      "new-password": { type: "boolean" },
    },
    words: [1, 1],
    async run(context) {
      if (flag(context, "disable") && flag(context, "enable")) throw new UsageError("either --disable or --enable");
      const password = flag(context, "new-password") ? await context.askSecret(GIVEN_PASSWORD) : undefined;
      const disabled = flag(context, "disable") ? true : flag(context, "enable") ? false : undefined;
      const body = input(staffChangeSchema, { roles: list(context, "role"), disabled, password });
      if (Object.keys(body).length === 0) throw new UsageError("nothing to change was named");
      const changed = await context.client.call("changeStaff", { params: { staff: word(context, 0) }, body });
      context.output.rows([changed], COLUMNS, "");
      return true;
    },
  },
  audit: {
    usage: "audit [--actor A] [--subject S] [--limit N] [--verify]",
    summary: "What was done, newest first; --verify checks the whole chain and fails when it is broken",
    options: {
      ...{ actor: { type: "string" }, subject: { type: "string" }, limit: { type: "string" } },
      verify: { type: "boolean" },
    },
    words: [0, 0],
    async run(context) {
      const verify = flag(context, "verify");
      const query = {
        ...{ actor: text(context, "actor"), subject: text(context, "subject"), limit: wholeNumber(context, "limit") },
        verify: verify ? 1 : 0,
      };
      const { entries, broken } = await context.client.call("audit", { query });
      const columns = {
        number: (entry: AuditEntry) => entry.number,
        at: (entry: AuditEntry) => instant(entry.at),
        by: (entry: AuditEntry) => entry.actor,
        action: (entry: AuditEntry) => entry.action,
        subject: (entry: AuditEntry) => entry.subject,
        details: (entry: AuditEntry) => JSON.stringify(entry.details),
      };
      context.output.rows(entries, columns, "No entry fits.");
      if (!verify) return true;
      if (context.output.json) context.output.one({ broken }, {});
      else context.output.say(broken === null ? "The chain is whole." : `The chain is broken at entry ${broken}.`);
      return broken === null;
    },
  },
};
