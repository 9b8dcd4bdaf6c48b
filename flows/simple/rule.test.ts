import { expect, test } from "vitest";
import { parseCondition } from "../engine/condition.ts";
import { conditionOf, type Known } from "./rule.ts";

const KNOWN = new Map<string, Known>([
  [
    "tipo",
    {
      path: "tipo.id",
      type: "text",
      names: new Map([
        ["1", "fijo"],
        ["2", "movil"],
      ]),
    },
  ],
  ["nombre", { path: "nombre.value", type: "text" }],
  ["monto", { path: "monto.value", type: "number" }],
]);
const read = (rule: string) => conditionOf(rule, (name) => KNOWN.get(name));

test.each([
  ["@@tipo == '1'", "tipo.id == 'fijo'"],
  ["@@tipo === 1", "tipo.id == 'fijo'"],
  ['"2" != @@tipo', "tipo.id != 'movil'"],
  ["@@tipo <> '2' && @@nombre == 'Ana'", "tipo.id != 'movil' and nombre.value == 'Ana'"],
  ["@@tipo == '1' or @@tipo == '2'", "tipo.id == 'fijo' or tipo.id == 'movil'"],
  [
    "!(@@tipo == '1') && (@@monto > 1000 || @@monto < 10)",
    "not (tipo.id == 'fijo') and (monto.value > 1000 or monto.value < 10)",
  ],
  ["100 <= @@monto", "monto.value >= 100"],
  ["@@nombre != null", "known(nombre.value)"],
  ["@@nombre == ''", "not known(nombre.value)"],
])("the rule %s is the condition %s", (rule, condition) => {
  expect(read(rule)).toEqual({ ok: true, value: condition });
  expect(parseCondition(condition).ok).toBe(true);
});

test.each([
  ["a call", "strlen(@@nombre) > 3", "the call of strlen()"],
  ["a part of an answer", "@@nombre->comuna == 'x'", "a part of the answer @@nombre"],
  ["an answer that nobody gave before", "@@otro == 'x'", "@@otro, which nobody was asked before"],
  ["a value that no option has", "@@tipo == '9'", "'9', which @@tipo never is"],
  ["arithmetic", "@@monto + 1 > 3", '"+ 1 > 3"'],
  ["a value alone", "@@nombre", "a value that is not compared"],
  ["an order of texts", "@@nombre > 'a'", "which is a text"],
  ["PHP's two kinds of and", "@@tipo == '1' && @@nombre == 'a' or @@tipo == '2'", 'together with "&&"'],
  ["a negated value", "!@@tipo == '1'", '"!" before a value'],
  ["a bracket that stays open", "(@@tipo == '1'", "not closed"],
  ["code", "@@tipo == '1'; system('x')", '";'],
  ["interpolation", '@@nombre == "$x"', '""$x""'],
])("%s is refused, not guessed", (_name, rule, problem) => {
  const answer = read(rule);
  expect(answer.ok).toBe(false);
  expect(answer).toMatchObject({ error: expect.stringContaining(problem) });
});
