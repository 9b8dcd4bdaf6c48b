import { makeMrz } from "../../base/icao/mrz.ts";
import { runCheckDigit } from "../../base/run.ts";
import { cedulaUrl } from "../../drivers/code-reader/cedula.ts";
import { fullName, personWithRun, type SyntheticPerson } from "../people.ts";

/** What a person can hold under the reader: the card as it is, or one of the spoilt ones that readers meet. */
export const CARD_VARIANTS = [
  "as-issued",
  "expired",
  "wrong-run-check",
  "wrong-mrz-check",
  "other-serial",
  "look-alike",
] as const;
export type CardVariant = (typeof CARD_VARIANTS)[number];

/** The text in the QR of a person's card. Cards of 2024 carry the name. */
export function cardQr(person: SyntheticPerson, variant: CardVariant = "as-issued"): string {
  const { card } = person;
  const fields = {
    run: person.run,
    documentNumber: card.documentNumber,
    birthDate: person.birthDate,
    expiryDate: variant === "expired" ? "2020-01-31" : card.expiryDate,
    documentType: card.type,
    design: card.design,
    ...(card.design === "2024" ? { name: fullName(person).toUpperCase() } : {}),
  };
  const url = cedulaUrl(fields);
  switch (variant) {
    case "as-issued":
    case "expired":
      return url;
    case "wrong-run-check":
      return url.replace(/RUN=(\d+)-[\dK]/, (_, number: string) => `RUN=${number}-${otherDigit(Number(number))}`);
    case "wrong-mrz-check":
      return url.replace(/(mrz=[^&]*)(\d)/, (_, before: string, digit: string) => before + ((Number(digit) + 1) % 10));
    case "other-serial":
      return url.replace(/serial=[^&]*/, "serial=999999999");
    case "look-alike":
      return url.replace("registrocivil.cl", "registrocivil.cl.evil.example");
  }
}

function otherDigit(number: number): string {
  return runCheckDigit(number) === "1" ? "2" : "1";
}

/**
 * The three TD1 lines of a person's card. Where Chile writes the RUN is not verified; here it stands in the second optional data.
 */
export function cardMrz(run: string): readonly string[] {
  const person = personWithRun(run);
  return makeMrz({
    format: "TD1",
    documentCode: "IN",
    issuer: "CHL",
    documentNumber: person.card.documentNumber,
    birthDate: person.birthDate,
    expiryDate: person.card.expiryDate,
    nationality: person.nationality,
    sex: person.sex,
    surname: `${person.paternalSurname} ${person.maternalSurname}`,
    givenNames: person.givenNames,
    optionalData: ["", person.run.replace("-", "<")],
  });
}
