import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import type { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { newStaffSchema, staffChangeSchema, staffSchema } from "../api/contract/access.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";
import type { FleetDatabase } from "../store/schema.ts";
import { addAccount, lockStaff } from "./accounts.ts";
import { keepPassword } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";

type Staff = z.infer<typeof staffSchema>;

/** Who may use the console. */
export class StaffManagement {
  readonly #context: FleetContext;
  readonly #sessions: Sessions;

  constructor(context: FleetContext, sessions: Sessions) {
    this.#context = context;
    this.#sessions = sessions;
  }

  list(): Promise<Staff[]> {
    return selectStaff(this.#context.db).orderBy("name").execute();
  }

  async add(
    request: z.infer<typeof newStaffSchema>,
    by: string,
  ): Promise<Result<Staff, CodedError<"access.name-taken">>> {
    const { db, audit, clock } = this.#context;
    const { name, roles } = request;
    const password = await keepPassword(request.password, true);
    return await db.transaction().execute(async (within) => {
      const id = await addAccount({ name, roles, source: "local", password, subject: null }, clock, within);
      if (id === undefined) return err(coded("access.name-taken", name));
      await audit.append({ actor: by, action: "staff.created", subject: id, details: { roles } }, within);
      return ok(await selectStaff(within).where("id", "=", id).executeTakeFirstOrThrow());
    });
  }

  /** What is taken from somebody is taken at once: a disabled member of staff has no session, nor one whose password was set. */
  async change(
    id: string,
    change: z.infer<typeof staffChangeSchema>,
    by: string,
  ): Promise<Result<Staff, CodedError<"console.not-found" | "access.last-administrator" | "access.provider-decides">>> {
    const { db, audit } = this.#context;
    const password = change.password === undefined ? undefined : await keepPassword(change.password, true);
    return await db.transaction().execute(async (within) => {
      await lockStaff(within);
      const row = await selectStaff(within).where("id", "=", id).executeTakeFirst();
      if (row === undefined) return err(coded("console.not-found", id));
      if (row.source === "oidc" && (change.roles !== undefined || password !== undefined))
        return err(coded("access.provider-decides", id));
      const after = { roles: change.roles ?? row.roles, disabled: change.disabled ?? row.disabled };
      if (isAdministrator(row) && !isAdministrator(after) && !(await anotherAdministrator(id, within)))
        return err(coded("access.last-administrator", id));
      const columns = {
        roles: json(after.roles),
        disabled: after.disabled,
        ...(password === undefined ? {} : { password }),
      };
      await within.updateTable("staff").set(columns).where("id", "=", id).execute();
      if (after.disabled || password !== undefined) await this.#sessions.endAllOf(id, within);
      const details = { ...change, ...(password === undefined ? {} : { password: "set" }) };
      await audit.append({ actor: by, action: "staff.changed", subject: id, details }, within);
      return ok(await selectStaff(within).where("id", "=", id).executeTakeFirstOrThrow());
    });
  }
}

function selectStaff(db: Kysely<FleetDatabase>) {
  return db.selectFrom("staff").select(["id", "name", "roles", "source", "disabled", "last_seen as lastSeen"]);
}

function isAdministrator({ roles, disabled }: Pick<Staff, "roles" | "disabled">): boolean {
  return !disabled && roles.includes("administrator");
}

async function anotherAdministrator(id: string, within: Transaction<FleetDatabase>): Promise<boolean> {
  const other = await within
    .selectFrom("staff")
    .select("id")
    .where("id", "!=", id)
    .where("disabled", "=", false)
    .where(sql<boolean>`roles @> '["administrator"]'`)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
