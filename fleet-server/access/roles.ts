import type { Role } from "../api/contract/access.ts";
import { OPERATIONS, type Operation } from "../api/contract/operations.ts";
import type { MayDo } from "./interface.ts";

/** Whether one of the roles is in the operation's row of the table. */
export const mayDo: MayDo = (roles, operation) => {
  const allowed: readonly Role[] | "public" = OPERATIONS[operation].roles;
  return allowed === "public" || roles.some((role) => allowed.includes(role));
};

export function operationsOf(roles: readonly Role[]): Operation[] {
  return (Object.keys(OPERATIONS) as Operation[]).filter((operation) => mayDo(roles, operation));
}
