import fc from "fast-check";
import { expect, test } from "vitest";
import { addressSchema, formatAddress } from "./address.ts";
import { COMMUNES } from "./communes.ts";
import { findCommunes } from "./search.ts";

const names = (typed: string) => findCommunes(typed).map(({ name }) => name);

test("there are 346 communes in 16 regions, each with a code of its own that begins with its region's", () => {
  expect(COMMUNES).toHaveLength(346);
  expect(new Set(COMMUNES.map(({ code }) => code)).size).toBe(346);
  expect(new Set(COMMUNES.map(({ name }) => name)).size).toBe(346);
  expect(new Set(COMMUNES.map(({ region }) => region)).size).toBe(16);
  for (const { code, name } of COMMUNES) {
    expect(code).toMatch(/^(0[1-9]|1[0-6])\d{3}$/);
    expect(name).toMatch(/^\p{Lu}[\p{L}'’ ]+$/u);
  }
  expect(COMMUNES).toContainEqual({ code: "14101", name: "Valdivia", region: "Los Ríos" });
  expect(COMMUNES).toContainEqual({ code: "16101", name: "Chillán", region: "Ñuble" });
});

test.each([
  ["valdivia", "Valdivia"],
  ["  NUÑOA ", "Ñuñoa"],
  ["conchali", "Conchalí"],
  ["ohiggins", "O'Higgins"],
  ["Til-Til", "Tiltil"],
  ["Coyhaique", "Coihaique"],
  ["la calera", "Calera"],
  ["Valdibia", "Valdivia"],
])("%s is found: %s", (typed, name) => {
  expect(names(typed)[0]).toBe(name);
});

test("a commune that is called so comes before those that only begin or go on so", () => {
  expect(names("san pedro")).toEqual(["San Pedro", "San Pedro de Atacama", "San Pedro de la Paz"]);
  expect(names("Chillán")).toEqual(["Chillán", "Chillán Viejo"]);
});

test("what is no commune, and what is too short, finds none", () => {
  expect(names("Buenos Aires")).toEqual([]);
  expect(names("sa")).toEqual([]);
});

test("every commune is found by its name, and any text is answered", () => {
  for (const { name } of COMMUNES) expect(names(name)[0]).toBe(name);
  fc.assert(
    fc.property(fc.string(), (typed) => {
      expect(findCommunes(typed).length).toBeLessThanOrEqual(346);
    }),
  );
});

test("an address is one line, with what there is of it", () => {
  const commune = { code: "14101", name: "Valdivia" };
  const whole = addressSchema.parse({ street: "Picarte", number: "100", apartment: "depto. 302", commune });
  expect(formatAddress(whole)).toBe("Picarte 100, depto. 302, Valdivia");
  expect(formatAddress({ street: "Camino a Niebla, km 5", commune })).toBe("Camino a Niebla, km 5, Valdivia");
});
