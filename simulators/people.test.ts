import { expect, test } from "vitest";
import { isRun } from "../base/run.ts";
import { fullName, personWithRun, SYNTHETIC_PEOPLE } from "./people.ts";

test.each(SYNTHETIC_PEOPLE)("$run is a RUN of one synthetic person only, born before the card's expiry", (person) => {
  expect(isRun(person.run)).toBe(true);
  expect(SYNTHETIC_PEOPLE.filter(({ run }) => run === person.run)).toHaveLength(1);
  expect(SYNTHETIC_PEOPLE.filter(({ card }) => card.documentNumber === person.card.documentNumber)).toHaveLength(1);
  expect(person.birthDate < person.card.expiryDate).toBe(true);
});

test("people are found by RUN, and an unknown RUN is a defect", () => {
  expect(fullName(personWithRun("12345678-5"))).toBe("Rosa Elena Muñoz Pérez");
  expect(() => personWithRun("9-4")).toThrow("9-4");
});
