import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROLES, type Role } from "../api/contract/access.ts";
import type { FleetContext } from "../context.ts";
import { addAccount, lockStaff } from "./accounts.ts";
import { keepPassword } from "./passwords.ts";

/** Shown on the sign-in page of the demonstration, one for each role and one who may do everything. */
export const DEMO_ACCOUNTS: readonly { name: string; password: string; roles: Role[] }[] = [
  { name: "consulta", password: "demo-consulta", roles: ["viewer"] },
  { name: "operador", password: "demo-operador", roles: ["operator"] },
  { name: "tecnico", password: "demo-tecnico", roles: ["technician"] },
  { name: "versiones", password: "demo-versiones", roles: ["release-manager"] },
  { name: "administrador", password: "demo-administrador", roles: [...ROLES] },
];

/**
 * Sees to it that somebody can sign in. The demonstration gets its accounts; elsewhere an empty table gets one administrator,
 * whose one-time password is written to a file that only the server's user can read.
 */
export async function ensureFirstStaff(context: FleetContext): Promise<void> {
  if (context.settings.demo) await addDemoStaff(context);
  else await addFirstAdministrator(context);
}

async function addDemoStaff({ db, clock, audit }: FleetContext): Promise<void> {
  const present = new Set((await db.selectFrom("staff").select("name").execute()).map(({ name }) => name));
  for (const { name, password, roles } of DEMO_ACCOUNTS.filter(({ name }) => !present.has(name))) {
    const kept = await keepPassword(password, false);
    await db.transaction().execute(async (within) => {
      const account = { name, roles, source: "local", password: kept, subject: null } as const;
      const id = await addAccount(account, clock, within);
      if (id !== undefined)
        await audit.append({ actor: "server", action: "staff.created", subject: id, details: { roles } }, within);
    });
  }
}

async function addFirstAdministrator({ db, clock, audit, settings, log }: FleetContext): Promise<void> {
  const anybody = await db.selectFrom("staff").select("id").limit(1).executeTakeFirst();
  if (anybody !== undefined) return;
  const password = randomBytes(15).toString("base64url");
  const kept = await keepPassword(password, true);
  const roles = ["administrator"] as const;
  const made = await db.transaction().execute(async (within) => {
    await lockStaff(within);
    // Another instance that started at the same time may have been first.
    if ((await within.selectFrom("staff").select("id").limit(1).executeTakeFirst()) !== undefined) return false;
    const account = { name: "admin", roles, source: "local", password: kept, subject: null } as const;
    const id = (await addAccount(account, clock, within)) ?? account.name;
    await audit.append({ actor: "server", action: "staff.created", subject: id, details: { roles } }, within);
    return true;
  });
  if (!made) return;
  mkdirSync(settings.stateDirectory, { recursive: true, mode: 0o700 });
  const path = join(settings.stateDirectory, "first-administrator.txt");
  // A file that is there keeps its mode when it is written again.
  rmSync(path, { force: true });
  writeFileSync(path, `name: admin\none-time password: ${password}\n`, { mode: 0o600 });
  log("access.first-administrator", { path });
}
