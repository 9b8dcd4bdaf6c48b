import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { JsonInstitution } from "./json-institution.ts";

const errorBody = z.looseObject({ error: z.string() });

type Reached = { readonly url: string; readonly token: string; readonly clock: Clock };

/**
 * An institution whose contract is assumed, because it has published none: JSON, a bearer token, refusals as `{"error": "<name>"}`.
 *
 * @param refusals what those names mean to us.
 */
export function assumedInstitution(
  { url, token, clock }: Reached,
  refusals: Readonly<Record<string, ErrorCode>> = {},
): JsonInstitution {
  return new JsonInstitution({
    ...{ url, clock, refusals },
    headers: () => ({ authorization: `Bearer ${token}` }),
    refusalName: (body) => errorBody.safeParse(body).data?.error,
  });
}
