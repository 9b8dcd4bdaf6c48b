import { err, ok, type Result } from "../result.ts";
import { icaoCheckDigit } from "./check-digit.ts";
import { placeBirth, placeExpiry, toSixDigits } from "./dates.ts";
import { formatOfFirstLine, MRZ_LAYOUTS, type MrzField, type MrzFormat, type MrzLayout } from "./layout.ts";
import { joinName, splitName } from "./names.ts";

/** What a machine-readable zone says, without fillers. */
export type Mrz = {
  readonly format: MrzFormat;
  /** One or two letters, e.g. `ID`, `IN`, `P`. */
  readonly documentCode: string;
  /** Three-letter code of the issuing State or organisation (`D` for Germany). */
  readonly issuer: string;
  readonly documentNumber: string;
  /** ISO date; of reduced precision, or empty, where the issuer does not know it. */
  readonly birthDate: string;
  /** ISO date. */
  readonly expiryDate: string;
  readonly nationality: string;
  /** `X` where the document does not say. */
  readonly sex: "M" | "F" | "X";
  readonly surname: string;
  readonly givenNames: string;
  /** The optional data elements in the order of the layout: two on TD1, one on TD2 and TD3. */
  readonly optionalData: readonly string[];
};

/** Which element is wrong: the lines themselves (`lines`), an element's form, or a check digit. */
export type MrzFault = { readonly field: MrzField | "lines"; readonly fault: "form" | "check" };

const CHECKED = ["documentNumber", "birthDate", "expiryDate"] as const;

/** Cuts text into the lines of a machine-readable zone: lines as they come, or all lines in one string. */
function zoneOf(text: string): { format: MrzFormat; layout: MrzLayout; zone: string } | undefined {
  const lines = text.split(/[\r\n]+/).filter((line) => line !== "");
  const zone = lines.join("");
  for (const format of Object.keys(MRZ_LAYOUTS) as MrzFormat[]) {
    const layout = MRZ_LAYOUTS[format];
    if (zone.length !== layout.lines * layout.width || !/^[A-Z0-9<]+$/.test(zone)) continue;
    if (lines.length !== 1 && lines.some((line) => line.length !== layout.width)) continue;
    if (formatOfFirstLine(zone.slice(0, layout.width)) === format) return { format, layout, zone };
  }
  return undefined;
}

/** Whether `text` has the size, alphabet and document code of a machine-readable zone, right or wrong inside. */
export function looksLikeMrz(text: string): boolean {
  return zoneOf(text) !== undefined;
}

/**
 * Reads a TD1, TD2 or TD3 machine-readable zone and verifies every check digit.
 *
 * @param text its lines, separated by CR and LF in any combination or not at all.
 * @param today ISO date, for the century of two-digit years.
 */
export function parseMrz(text: string, today: string): Result<Mrz, MrzFault> {
  const found = zoneOf(text);
  if (found === undefined) return err({ field: "lines", fault: "form" });
  const { format, layout, zone } = found;
  const raw = (field: MrzField): string => {
    const [from, length] = layout.fields[field] ?? [0, 0];
    return zone.slice(from, from + length);
  };
  const number = documentNumber(layout, raw);
  if (number === undefined) return err({ field: "documentNumber", fault: "check" });
  for (const field of CHECKED.slice(1)) {
    if (icaoCheckDigit(raw(field)) !== raw(`${field}Check`)) return err({ field, fault: "check" });
  }
  if (!optionalDataChecks(layout, raw)) return err({ field: "optionalData", fault: "check" });
  if (icaoCheckDigit(compositeOf(layout, zone)) !== raw("compositeCheck"))
    return err({ field: "compositeCheck", fault: "check" });

  const expiryDate = placeExpiry(raw("expiryDate"), today);
  if (expiryDate === undefined) return err({ field: "expiryDate", fault: "form" });
  const birthDate = placeBirth(raw("birthDate"), today, expiryDate);
  if (birthDate === undefined) return err({ field: "birthDate", fault: "form" });
  const sex = raw("sex").replace("<", "X");
  if (sex !== "M" && sex !== "F" && sex !== "X") return err({ field: "sex", fault: "form" });
  return ok({
    format,
    documentCode: trim(raw("documentCode")),
    issuer: trim(raw("issuer")),
    documentNumber: number.text,
    birthDate,
    expiryDate,
    nationality: trim(raw("nationality")),
    sex,
    ...splitName(raw("name")),
    optionalData: [
      number.optionalData,
      ...(layout.fields.optionalData2 === undefined ? [] : [trim(raw("optionalData2"))]),
    ],
  });
}

/**
 * Makes the lines of a machine-readable zone with all check digits; the inverse of `parseMrz`. Names are transliterated
 * and cut to the space that there is.
 *
 * @throws RangeError when an element does not fit or has a character that the zone cannot carry.
 */
export function makeMrz(mrz: Mrz): readonly string[] {
  const layout = MRZ_LAYOUTS[mrz.format];
  const zone = Array.from({ length: layout.lines * layout.width }, () => "<");
  const put = (field: MrzField, text: string) => {
    const [from, length] = layout.fields[field] ?? [0, 0];
    if (text.length > length) throw new RangeError(`${field} has room for ${length} characters: ${text}`);
    if (/[^A-Z0-9<]/.test(text)) throw new RangeError(`${field} cannot carry ${text}`);
    for (const [index, character] of [...text].entries()) zone[from + index] = character;
  };
  const [optionalData = "", optionalData2 = ""] = mrz.optionalData;
  put("documentCode", mrz.documentCode);
  put("issuer", mrz.issuer);
  put("nationality", mrz.nationality);
  put("sex", mrz.sex === "X" ? "<" : mrz.sex);
  put("name", joinName(mrz.surname, mrz.givenNames, layout.fields.name?.[1] ?? 0));
  const number = mrz.documentNumber;
  if (number.length <= 9) {
    put("documentNumber", number);
    put("documentNumberCheck", icaoCheckDigit(number.padEnd(9, "<")));
    put("optionalData", optionalData);
  } else {
    if (layout.longNumberIn === undefined) throw new RangeError(`${mrz.format} has room for 9 characters: ${number}`);
    put("documentNumber", number.slice(0, 9));
    put(layout.longNumberIn, `${number.slice(9)}${icaoCheckDigit(number)}<${optionalData}`);
  }
  put("optionalData2", optionalData2);
  const birth = toSixDigits(mrz.birthDate).padEnd(6, "<");
  put("birthDate", birth);
  put("birthDateCheck", icaoCheckDigit(birth));
  put("expiryDate", toSixDigits(mrz.expiryDate));
  put("expiryDateCheck", icaoCheckDigit(toSixDigits(mrz.expiryDate)));
  if (layout.fields.optionalDataCheck !== undefined) put("optionalDataCheck", icaoCheckDigit(optionalData));
  put("compositeCheck", icaoCheckDigit(compositeOf(layout, zone.join(""))));
  const whole = zone.join("");
  return Array.from({ length: layout.lines }, (_, line) => whole.slice(line * layout.width, (line + 1) * layout.width));
}

function compositeOf(layout: MrzLayout, zone: string): string {
  return layout.composite.map(([from, length]) => zone.slice(from, from + length)).join("");
}

/**
 * A number of more than nine characters goes on in the optional data, followed by its check digit and a filler; the place
 * of the check digit then holds a filler (Doc 9303-5 note j, 9303-6 note j).
 */
function documentNumber(
  layout: MrzLayout,
  raw: (field: MrzField) => string,
): { text: string; optionalData: string } | undefined {
  const first = raw("documentNumber");
  const optional = raw("optionalData");
  if (raw("documentNumberCheck") !== "<" || layout.longNumberIn === undefined) {
    const right = icaoCheckDigit(first) === raw("documentNumberCheck");
    return right ? { text: trim(first), optionalData: trim(optional) } : undefined;
  }
  const end = optional.indexOf("<");
  const rest = end < 0 ? optional : optional.slice(0, end);
  const number = first + rest.slice(0, -1);
  if (rest.length < 2 || icaoCheckDigit(number) !== rest.slice(-1)) return undefined;
  return { text: number, optionalData: end < 0 ? "" : trim(optional.slice(end + 1)) };
}

/** TD3 only; when there is no optional data the check digit may be 0 or a filler (Doc 9303-4 note). */
function optionalDataChecks(layout: MrzLayout, raw: (field: MrzField) => string): boolean {
  if (layout.fields.optionalDataCheck === undefined) return true;
  const data = raw("optionalData");
  const digit = raw("optionalDataCheck");
  return icaoCheckDigit(data) === digit || (digit === "<" && trim(data) === "");
}

function trim(text: string): string {
  return text.replace(/<+$/, "");
}
