import { fromLatin1 } from "../../base/bytes/bytes.ts";
import { looksLikeMrz, parseMrz } from "../../base/icao/mrz.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseRun } from "../../base/run.ts";
import { type CedulaError, cedulaQuery, readCedula } from "./cedula.ts";
import type { CodeReading, RunPlace } from "./interface.ts";
import { decodeText } from "./text.ts";

export type CodeError = CedulaError | CodedError<"code-reader.mrz-form" | "code-reader.mrz-check">;

const WEB_ADDRESS = /^https?:\/\/[^\s/?#]/i;

/**
 * What the bytes of one code say. Total: every byte string is a cédula, a machine-readable zone, a web address, text, or a
 * malformed one of the first two.
 *
 * @param code without terminator; the lines of a machine-readable zone may be separated by CR or LF.
 * @param today ISO date by the reader's clock.
 * @param runPlaces where which issuers write the RUN in their machine-readable zones.
 */
export function interpretCode(
  code: Uint8Array,
  today: string,
  runPlaces: readonly RunPlace[] = [],
): Result<CodeReading, CodeError> {
  const query = cedulaQuery(fromLatin1(code));
  if (query !== undefined) return readCedula(query, today);
  const text = decodeText(code);
  const trimmed = text.trim();
  if (looksLikeMrz(trimmed)) return readMrz(trimmed, today, runPlaces);
  if (WEB_ADDRESS.test(trimmed)) return ok({ kind: "url", url: trimmed });
  return ok({ kind: "text", text });
}

function readMrz(text: string, today: string, runPlaces: readonly RunPlace[]): Result<CodeReading, CodeError> {
  const mrz = parseMrz(text, today);
  if (!mrz.ok) return err(coded(`code-reader.mrz-${mrz.error.fault}`, mrz.error.field));
  const place = runPlaces.find(({ issuer }) => issuer === mrz.value.issuer);
  const run =
    place === undefined ? undefined : parseRun((mrz.value.optionalData[place.optionalData] ?? "").replaceAll("<", ""));
  return ok({
    kind: "mrz",
    mrz: { ...mrz.value, ...(run?.ok ? { run: run.value } : {}), expired: mrz.value.expiryDate < today },
  });
}
