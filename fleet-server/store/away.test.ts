import { expect, test } from "vitest";
import { isDatabaseAway } from "./away.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });

test.each([
  ["a server that is shut down", coded("57P01")],
  ["one that starts", coded("57P03")],
  ["one without a free connection", coded("53300")],
  ["a statement that took too long", coded("57014")],
  ["a broken connection", coded("08006")],
  ["nobody at the port", coded("ECONNREFUSED")],
  ["nobody at any of a name's addresses", new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")])],
  ["no free connection in the pool", new Error("timeout exceeded when trying to connect")],
  ["a connection that ended under a statement", new Error("Connection terminated unexpectedly")],
])("%s is the database's absence", (_name, problem) => expect(isDatabaseAway(problem)).toBe(true));

test.each([
  ["a value that is there already", coded("23505")],
  ["a table that is not there", coded("42P01")],
  ["a defect", new TypeError("x is undefined")],
  ["something thrown that is no error", "08006"],
])("%s is not", (_name, problem) => expect(isDatabaseAway(problem)).toBe(false));
