/**
 * Letters that ICAO Doc 9303-3 §6 A writes with more than their base letter. Others lose their mark (`Á` → `A`); `Ñ`
 * becomes `N`, the first of the two forms that the standard allows.
 */
const TRANSLITERATIONS: { readonly [letter: string]: string } = {
  Ä: "AE",
  Å: "AA",
  Æ: "AE",
  Ð: "D",
  Ö: "OE",
  Ø: "OE",
  Œ: "OE",
  Þ: "TH",
  ẞ: "SS",
  Ü: "UE",
  Đ: "D",
  Ł: "L",
};

/** A name in the alphabet of a machine-readable zone: capital letters, words separated by one `<`. */
export function transliterate(name: string): string {
  return [...name.normalize("NFC").replaceAll("ß", "ẞ").toUpperCase()]
    .map((letter) => TRANSLITERATIONS[letter] ?? letter.normalize("NFD").replace(/\p{M}/gu, ""))
    .join("")
    .replace(/['’.]/g, "")
    .replace(/[^A-Z]+/g, "<")
    .replace(/^<|<$/g, "");
}

/** `SURNAME<<GIVEN<NAMES`, cut to `room` characters. */
export function joinName(surname: string, givenNames: string, room: number): string {
  const given = transliterate(givenNames);
  const whole = given === "" ? transliterate(surname) : `${transliterate(surname)}<<${given}`;
  return whole.slice(0, room);
}

export function splitName(field: string): { surname: string; givenNames: string } {
  const [surname = "", ...given] = field.replace(/<+$/, "").split("<<");
  const words = (text: string) =>
    text
      .split("<")
      .filter((word) => word !== "")
      .join(" ");
  return { surname: words(surname), givenNames: words(given.join("<")) };
}
