import { isDeepStrictEqual } from "node:util";
import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../../base/clock.ts";
import { MRZ_FORMATS, MRZ_LAYOUTS, type MrzFormat } from "../../../base/icao/layout.ts";
import { type Mrz, makeMrz, parseMrz } from "../../../base/icao/mrz.ts";
import { cedulaQuery, cedulaUrl, readCedula } from "../../../drivers/code-reader/cedula.ts";
import { interpretCode } from "../../../drivers/code-reader/interpret.ts";
import { MrzGrouping } from "../../../drivers/code-reader/mrz-grouping.ts";
import { isNoise } from "../../../drivers/code-reader/text.ts";
import {
  decodeAnswer,
  decodeListRequest,
  encodeAnswer,
  encodeListRequest,
  joinWords,
  splitWords,
} from "../../../drivers/ups/nut-protocol.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, type Target } from "../target.ts";

const TODAY = "2026-11-23";

function mrzOf(random: Random): readonly string[] {
  const format: MrzFormat = pick(random, MRZ_FORMATS);
  const number = () => String(between(random, 100_000_000, 999_999_999));
  return makeMrz({
    format,
    documentCode: format === "TD3" ? "P" : pick(random, ["ID", "IN", "A", "C"]),
    issuer: "UTO",
    documentNumber: format === "TD1" && random() < 0.3 ? `${number()}12` : number(),
    birthDate: pick(random, ["1974-08-12", "1974-08", "1974", ""]),
    expiryDate: "2031-04-15",
    nationality: pick(random, ["UTO", "D", "CHL"]),
    sex: pick(random, ["M", "F", "X"]),
    surname: pick(random, ["ERIKSSON", "PEREZ SOTO", "A"]),
    givenNames: pick(random, ["ANNA MARIA", "", "JUAN"]),
    optionalData: format === "TD1" ? ["", "12345678K"] : ["ZE18422"],
  });
}

/** Machine-readable zones: what is accepted says the same again when it is written anew. */
const mrz: Target = {
  name: "mrz",
  sources: ["base/icao/mrz.ts", "base/icao/layout.ts", "base/icao/names.ts", "base/icao/dates.ts"],
  dictionary: [0x0a, 0x0d, 0x30, 0x39, 0x3c, 0x41, 0x49, 0x4d, 0x46, 0x50, 0x5a],
  longest: 300,
  honest: (random) => toLatin1(mrzOf(random).join(pick(random, ["", "\n", "\r\n"]))),
  check: (input, random) => {
    const text = fromLatin1(input);
    interpretCode(input, TODAY, [{ issuer: "UTO", optionalData: pick(random, [0, 1]) }]);
    // Most mutations spoil a check digit: they are put right, so that what is read behind them is met too.
    for (const zone of [text, mended(text)]) {
      const read = parseMrz(zone, TODAY);
      if (!read.ok) continue;
      const again = parseMrz(makeMrz(read.value).join(""), TODAY);
      demand(again.ok, "the zone is not read again");
      if (again.ok) demand(same(again.value, read.value), "the zone says something else again");
    }
  },
};

/** Names have no check digit: one with a digit in it was misread, is told as it was read, and cannot be written. */
function same(again: Mrz, read: Mrz): boolean {
  const { surname, givenNames } = /\d/.test(read.surname + read.givenNames) ? again : read;
  return isDeepStrictEqual(again, { ...read, surname, givenNames });
}

/** A zone with its check digits made right, where it has the size of one. */
function mended(text: string): string {
  const zone = text.replace(/[\r\n]/g, "");
  const format = MRZ_FORMATS.find((each) => zone.length === MRZ_LAYOUTS[each].lines * MRZ_LAYOUTS[each].width);
  if (format === undefined) return zone;
  return withCheckDigits(zone, format);
}

function withCheckDigits(zone: string, format: MrzFormat): string {
  const { fields, composite } = MRZ_LAYOUTS[format];
  const characters = [...zone];
  const put = (check: keyof typeof fields, spans: readonly (readonly [number, number] | undefined)[]) => {
    const [at] = fields[check] ?? [];
    const covered = spans.map(([from, length] = [0, 0]) => characters.slice(from, from + length).join("")).join("");
    if (at !== undefined && /^[0-9A-Z<]*$/.test(covered)) characters[at] = checkDigit(covered);
  };
  for (const field of ["documentNumber", "birthDate", "expiryDate", "optionalData"] as const)
    if (!(field === "documentNumber" && characters[fields.documentNumberCheck?.[0] ?? 0] === "<"))
      put(`${field}Check`, [fields[field]]);
  put("compositeCheck", composite);
  return characters.join("");
}

function checkDigit(text: string): string {
  const values = [...text].map((each) => (each === "<" ? 0 : Number.parseInt(each, 36)));
  return String(values.reduce((sum, value, at) => sum + value * ([7, 3, 1][at % 3] ?? 0), 0) % 10);
}

/** The code of a cédula, and whatever else is on a code. */
const cedula: Target = {
  name: "cedula",
  sources: [
    "drivers/code-reader/cedula.ts",
    "drivers/code-reader/text.ts",
    "drivers/code-reader/interpret.ts",
    "base/run.ts",
  ],
  dictionary: [0x25, 0x26, 0x2b, 0x2e, 0x2f, 0x30, 0x39, 0x3a, 0x3c, 0x3d, 0x3f, 0x40, 0x4b, 0xd1, 0xc3, 0x02, 0x03],
  longest: 4_296,
  honest: (random) =>
    toLatin1(
      cedulaUrl({
        run: pick(random, ["12345678-5", "11111111-1", "5126663-3"]),
        documentNumber: String(between(random, 100_000_000, 999_999_999)),
        birthDate: "1974-08-12",
        expiryDate: pick(random, ["2031-04-15", "2020-01-31"]),
        design: pick(random, ["2013", "2024"] as const),
        ...(random() < 0.5 ? { name: "MUÑOZ PÉREZ ROSA" } : {}),
      }),
    ),
  check: (input) => {
    const text = fromLatin1(input);
    isNoise(text);
    const read = interpretCode(input, TODAY);
    const query = cedulaQuery(text);
    demand(query === undefined || (read.ok ? read.value.kind === "cedula" : true), "a cédula's address is no cédula");
    if (!read.ok || read.value.kind !== "cedula") return;
    const { kind, expired, name, ...fields } = read.value;
    const latin1 = name === undefined || fromLatin1(toLatin1(name)) === name ? name : undefined;
    const url = cedulaUrl({ ...fields, design: "2024", ...(latin1 === undefined ? {} : { name: latin1 }) });
    const again = readCedula(cedulaQuery(url) ?? "", TODAY);
    const { name: nameAgain, ...restAgain } = again.ok ? again.value : {};
    demand(isDeepStrictEqual(restAgain, { kind, expired, ...fields }), "the card says something else again");
  },
};

/** Lines of a scanner, put together to zones: none is lost, none is doubled, and no more than two wait. */
const grouping: Target = {
  name: "mrz-grouping",
  sources: ["drivers/code-reader/mrz-grouping.ts"],
  dictionary: [0x0a, 0x30, 0x3c, 0x41, 0x49, 0x50],
  longest: 4_000,
  honest: (random) => toLatin1(`${mrzOf(random).join("\n")}\n`),
  check: (input) => {
    const codes: string[] = [];
    const clock = new SimulatedClock();
    const lines = new MrzGrouping(clock, (code) => codes.push(fromLatin1(code)));
    const sent = fromLatin1(input)
      .split("\n")
      .filter((each) => each !== "");
    for (const each of sent) {
      lines.push(toLatin1(each));
      demand(clock.pending <= 1, "more than one timer waits");
    }
    // A line of another shape lets go of whatever waits.
    lines.push(toLatin1("end"));
    const came = codes.flatMap((each) => each.split("\n")).map((each) => each.trim());
    demand(
      isDeepStrictEqual(
        came,
        [...sent, "end"].map((each) => each.trim()),
      ),
      "a line is lost or doubled",
    );
  },
  lasting: () => {
    const lines = new MrzGrouping(new SimulatedClock(), () => {});
    return {
      push: (input) => {
        for (const each of fromLatin1(input).split("\n")) lines.push(toLatin1(each));
      },
    };
  },
};

/** Lines of the Network UPS Tools. */
const nut: Target = {
  name: "nut-lines",
  sources: ["drivers/ups/nut-protocol.ts"],
  dictionary: [0x09, 0x20, 0x22, 0x5c, 0x2e],
  longest: 2_048,
  honest: (random) => {
    const words = () => pick(random, ["ups.status", "OL CHRG", "", 'a"b', "back\\slash", "x"]);
    return toLatin1(
      pick(random, [
        () => encodeAnswer({ type: "begin", ups: "ups" }),
        () => encodeAnswer({ type: "end", ups: "ups" }),
        () => encodeAnswer({ type: "variable", ups: "ups", name: words(), value: words() }),
        () => encodeAnswer({ type: "error", error: "DATA-STALE" }),
        () => fromLatin1(encodeListRequest("ups")).trim(),
      ])(),
    );
  },
  check: (input) => {
    // What the framing hands over has no line breaks in it.
    const line = fromLatin1(input).replace(/[\r\n]/g, "");
    const words = splitWords(line);
    if (words !== undefined) demand(isDeepStrictEqual(splitWords(joinWords(words)), words), "words are not read again");
    const ups = decodeListRequest(line);
    if (ups !== undefined)
      demand(decodeListRequest(fromLatin1(encodeListRequest(ups)).trimEnd()) === ups, "a request is not read again");
    const answer = decodeAnswer(line);
    if (answer !== undefined)
      demand(isDeepStrictEqual(decodeAnswer(encodeAnswer(answer)), answer), "an answer is not read again");
  },
};

export const CODES: readonly Target[] = [mrz, cedula, grouping, nut];
