import type { Role } from "../api/contract/access.ts";
import type { Operation } from "../api/contract/operations.ts";

/** A member of staff whose session or token was checked. */
export type StaffIdentity = {
  readonly staff: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly csrf: string;
};

export type MayDo = (roles: readonly Role[], operation: Operation) => boolean;
