import { icaoCheckDigit } from "../../base/icao/check-digit.ts";
import { placeBirth, placeExpiry, toSixDigits } from "../../base/icao/dates.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseRun } from "../../base/run.ts";
import type { CedulaReading } from "./interface.ts";
import { decodeParameter, encodeLatin1Parameter } from "./text.ts";

export type CedulaError = CodedError<
  | "code-reader.cedula-missing-field"
  | "code-reader.cedula-form"
  | "code-reader.cedula-run-check"
  | "code-reader.cedula-mrz-check"
  | "code-reader.cedula-mismatch"
>;

/**
 * The address in the QR of cédulas since 2013 (`portal.sidiv…/docstatus`) and since 16 December 2024
 * (`portal.nuevosidiv…/document-validity`). Anchored on both sides of the host, so that no host that merely resembles it, begins
 * with it or stands in a parameter of another address can match.
 */
const ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?portal\.(?:nuevo)?sidiv\.registrocivil\.cl(?::\d{1,5})?\/(?:docstatus|document-validity)\/?(?:\?([^#]*))?(?:#.*)?$/is;
const BEGINNING = /https?:\/\/(?:www\.)?portal\.(?:nuevo)?sidiv\.registrocivil\.cl(?::\d{1,5})?\//gi;
/** What may stand before an address for noise: nothing that could make it a part of another address. */
const NOISE = /^[^/?&=:@]*$/s;

const REQUIRED = ["run", "type", "serial", "mrz"] as const;
const MRZ_INFORMATION = /^([A-Z0-9<]{9})(\d)(\d{6})(\d)(\d{6})(\d)$/;
/** `CEDULA`, `CEDULA_EXT` and the portal's `PASAPORTE_…`; other types may appear without notice. */
const DOCUMENT_TYPE = /^[A-Z][A-Z_]*$/;

/**
 * The query of a cédula's address, or `undefined` when the code is something else. Noise or a scan that broke off before
 * the address is skipped, unless it is an address itself: `https://elsewhere/?u=https://portal…` is not a cédula.
 *
 * @param code text in which each character is one byte.
 */
export function cedulaQuery(code: string): string | undefined {
  const last = [...code.matchAll(BEGINNING)].at(-1)?.index ?? 0;
  const before = code.slice(0, last);
  const brokenOff = before.search(BEGINNING);
  if (!NOISE.test(brokenOff < 0 ? before : before.slice(0, brokenOff))) return undefined;
  // Scanners may frame a code, e.g. in STX and ETX.
  const match = ADDRESS.exec(code.slice(last).replace(/[\p{Cc}\s]+$/u, ""));
  return match === null ? undefined : (match[1] ?? "");
}

/**
 * Reads the parameters of a cédula's address, in any order and case, and verifies everything in them that can be verified
 * without a network: módulo 11, three ICAO check digits, the calendar, and the document number that is said twice.
 *
 * What comes out is a good reading of a code, not a proof that the card is genuine or belongs to its bearer.
 *
 * @param query from `cedulaQuery`.
 * @param today ISO date by the reader's clock. A card is valid on the day of its expiry.
 */
export function readCedula(query: string, today: string): Result<CedulaReading, CedulaError> {
  const parameters = parametersOf(query);
  if (!parameters.ok) return parameters;
  const value = (name: (typeof REQUIRED)[number]): string => parameters.value.get(name) ?? "";
  const missing = REQUIRED.find((name) => value(name) === "");
  if (missing !== undefined) return err(coded("code-reader.cedula-missing-field", missing));

  const run = parseRun(value("run"));
  if (!run.ok)
    return err(
      run.error === "form" ? coded("code-reader.cedula-form", "run") : coded("code-reader.cedula-run-check", "run"),
    );
  const documentType = value("type").toUpperCase();
  if (!DOCUMENT_TYPE.test(documentType)) return err(coded("code-reader.cedula-form", "type"));
  const mrz = readMrzInformation(value("mrz"), today);
  if (!mrz.ok) return mrz;
  if (comparable(value("serial")) !== comparable(mrz.value.documentNumber))
    return err(coded("code-reader.cedula-mismatch", "serial and the document number in mrz differ"));
  const name = plainName(parameters.value.get("name") ?? "");
  return ok({
    kind: "cedula",
    run: run.value,
    ...mrz.value,
    ...(name === "" ? {} : { name }),
    documentType,
    expired: mrz.value.expiryDate < today,
  });
}

function parametersOf(query: string): Result<ReadonlyMap<string, string>, CedulaError> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    const separator = pair.indexOf("=");
    if (separator < 0) continue;
    const name = decodeParameter(pair.slice(0, separator)).trim().toLowerCase();
    const value = decodeParameter(pair.slice(separator + 1)).trim();
    if ((parameters.get(name) ?? value) !== value)
      return err(coded("code-reader.cedula-mismatch", "a parameter comes twice with different values"));
    parameters.set(name, value);
  }
  return ok(parameters);
}

/** Document number, birth and expiry, each followed by its check digit: the MRZ information of ICAO Doc 9303-11. */
function readMrzInformation(
  text: string,
  today: string,
): Result<Pick<CedulaReading, "documentNumber" | "birthDate" | "expiryDate">, CedulaError> {
  const match = MRZ_INFORMATION.exec(text.toUpperCase());
  if (match === null) return err(coded("code-reader.cedula-form", "mrz"));
  const [, number = "", numberCheck, birth = "", birthCheck, expiry = "", expiryCheck] = match;
  if (icaoCheckDigit(number) !== numberCheck) return err(coded("code-reader.cedula-mrz-check", "mrz, document number"));
  if (icaoCheckDigit(birth) !== birthCheck) return err(coded("code-reader.cedula-mrz-check", "mrz, birth date"));
  if (icaoCheckDigit(expiry) !== expiryCheck) return err(coded("code-reader.cedula-mrz-check", "mrz, expiry date"));
  const expiryDate = placeExpiry(expiry, today);
  if (expiryDate === undefined) return err(coded("code-reader.cedula-form", "mrz, expiry date"));
  const birthDate = placeBirth(birth, today, expiryDate);
  if (birthDate === undefined) return err(coded("code-reader.cedula-form", "mrz, birth date"));
  const documentNumber = number.replace(/<+$/, "");
  return ok({ documentNumber, birthDate, expiryDate });
}

/** Document numbers that differ only in leading zeros, fillers or blanks are the same number. */
function comparable(documentNumber: string): string {
  return documentNumber.toUpperCase().replace(/[<\s]/g, "").replace(/^0+/, "");
}

function plainName(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .normalize("NFC");
}

export type CedulaUrlFields = {
  /** Canonical RUN, e.g. `12345678-5`. */
  readonly run: string;
  readonly documentNumber: string;
  /** ISO dates. */
  readonly birthDate: string;
  readonly expiryDate: string;
  /** `CEDULA` when left out. */
  readonly documentType?: string;
  readonly name?: string;
  /** The 2013 design and its address, or that of December 2024. */
  readonly design: "2013" | "2024";
};

/** The 24 characters of the `mrz` parameter. */
export function mrzInformation(document: Pick<CedulaUrlFields, "documentNumber" | "birthDate" | "expiryDate">): string {
  return [document.documentNumber.padEnd(9, "<"), toSixDigits(document.birthDate), toSixDigits(document.expiryDate)]
    .map((element) => `${element}${icaoCheckDigit(element)}`)
    .join("");
}

/** The text of a cédula's QR, as the two designs write it; the inverse of `cedulaQuery` and `readCedula`. */
export function cedulaUrl(fields: CedulaUrlFields): string {
  const address =
    fields.design === "2013"
      ? "https://portal.sidiv.registrocivil.cl/docstatus"
      : "https://portal.nuevosidiv.registrocivil.cl/document-validity";
  const parameters = [
    ["RUN", fields.run],
    ["type", fields.documentType ?? "CEDULA"],
    ["serial", fields.documentNumber],
    ["mrz", mrzInformation(fields)],
    ...(fields.name === undefined ? [] : [["name", encodeLatin1Parameter(fields.name)]]),
  ];
  return `${address}?${parameters.map(([name, value]) => `${name}=${value}`).join("&")}`;
}
