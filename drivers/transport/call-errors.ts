import { z } from "zod";
import { WHO } from "../../base/contracts/device-status.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../../base/registry/errors.ts";

const schema = z.object({
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(ERRORS, code)),
  message: z.string(),
  who: z.enum(WHO),
});

/** An error as the payload of a failed call. */
export function encodeError(error: CodedError): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(error));
}

/** @returns `link.lost` for a payload that is no error of ours. */
export function decodeError(payload: Uint8Array): CodedError {
  const read = schema.safeParse(parseJson(new TextDecoder().decode(payload)));
  return read.success ? read.data : coded("link.lost", "a failure that cannot be read");
}
