import type { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { signInSchema } from "../api/contract/access.ts";
import type { FleetContext } from "../context.ts";
import { Attempts } from "./attempts.ts";
import { isOneTime, isPassword, keepPassword } from "./passwords.ts";
import type { Sessions, Visitor } from "./sessions.ts";

export type Begun = { readonly token: string; readonly visitor: Visitor };

/** Sign-ins whose password is being looked at; more wait at the client, so that a flood does not shut everybody out for long. */
const MOST_AT_ONCE = 20;

type SignInError = CodedError<"access.sign-in-refused" | "access.new-password-needed" | "access.try-later">;

/** Signs staff in by name and password. */
export class LocalSignIn {
  readonly #context: FleetContext;
  readonly #sessions: Sessions;
  readonly #attempts: Attempts;
  #atOnce = 0;

  constructor(context: FleetContext, sessions: Sessions) {
    this.#context = context;
    this.#sessions = sessions;
    this.#attempts = new Attempts(context.db, context.clock);
  }

  /** @param address of the client, for the count of failures. */
  async signIn(request: z.infer<typeof signInSchema>, address: string): Promise<Result<Begun, SignInError>> {
    if (this.#atOnce >= MOST_AT_ONCE) return err(coded("access.try-later", "5 s"));
    this.#atOnce++;
    try {
      return await this.#try(request, address);
    } finally {
      this.#atOnce--;
    }
  }

  async #try(request: z.infer<typeof signInSchema>, address: string): Promise<Result<Begun, SignInError>> {
    const { name, password, newPassword } = request;
    const { db, log } = this.#context;
    const refuse = (error: SignInError) => {
      log("access.sign-in-failed", { code: error.code, address });
      return err(error);
    };
    const wait = await this.#attempts.begin(name, address);
    if (wait > 0) return refuse(coded("access.try-later", `${wait} s`));
    const row = await db
      .selectFrom("staff")
      .select(["id", "name", "roles", "password", "disabled"])
      .where("name", "=", name)
      .where("source", "=", "local")
      .executeTakeFirst();
    // The password is looked at even when there is no account, so that the time taken tells nothing.
    const right = await isPassword(password, row?.password ?? null);
    if (row === undefined || !right || row.disabled) return refuse(coded("access.sign-in-refused"));
    await this.#attempts.succeeded(name, address);
    const oneTime = isOneTime(row.password ?? "");
    if (oneTime && (newPassword === undefined || newPassword === password))
      return refuse(coded("access.new-password-needed"));
    const kept = newPassword === undefined ? row.password : await keepPassword(newPassword, false);
    return await this.#begin(row, kept);
  }

  async #begin(
    row: Pick<Visitor, "name" | "roles"> & { readonly id: string; readonly password: string | null },
    kept: string | null,
  ): Promise<Result<Begun, SignInError>> {
    const { db, audit, log } = this.#context;
    const changed = kept !== row.password;
    const begun = await db.transaction().execute(async (within) => {
      // Against a password that an administrator set, or a disabling, between the look and now.
      const still = await within
        .updateTable("staff")
        .set({ password: kept })
        .where("id", "=", row.id)
        .where("password", "=", row.password)
        .where("disabled", "=", false)
        .returning("id")
        .executeTakeFirst();
      if (still === undefined) return undefined;
      if (changed) await this.#sessions.endAllOf(row.id, within);
      const session = await this.#sessions.begin(row.id, within);
      const entry = { actor: row.id, subject: row.id, details: { source: "local" } };
      if (changed) await audit.append({ ...entry, action: "staff.password-changed" }, within);
      await audit.append({ ...entry, action: "staff.signed-in" }, within);
      return session;
    });
    if (begun === undefined) return err(coded("access.sign-in-refused"));
    log("access.signed-in", { staff: row.id, source: "local" });
    const { token, session, csrf } = begun;
    return ok({ token, visitor: { staff: row.id, name: row.name, roles: row.roles, csrf, session } });
  }
}
