import { afterAll, beforeAll, describe, type TestContext } from "vitest";
import { type PostgresServer, postgresMissing, startPostgres } from "../../support/postgres.ts";

/** Gives the address of an empty database, or undefined for an embedded one; skips the test, and says why, where there is none. */
export type EmptyDatabase = (context: TestContext) => string | undefined;

/** The same tests on the embedded database and on a PostgreSQL server. */
export function onBothDatabases(tests: (database: EmptyDatabase) => void): void {
  describe("embedded", () => tests(() => undefined));
  describe("PostgreSQL", () => tests(withPostgres()));
}

/** A private PostgreSQL server for the tests of a `describe`. */
export function withPostgres(): EmptyDatabase {
  const missing = postgresMissing();
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    if (missing === undefined) server = await startPostgres();
  });
  afterAll(() => server?.stop());
  return (context) => {
    if (missing !== undefined) context.skip(missing);
    return server?.newDatabase();
  };
}
