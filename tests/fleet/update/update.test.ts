import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SetClock, TestRepository } from "./update-kit.ts";

let clock: SetClock;
let repository: TestRepository;
beforeEach(async () => {
  clock = new SetClock();
  repository = await TestRepository.start(clock);
});
afterEach(() => repository.close());

test("a kiosk that knows only the first root fetches a release that was added later", async () => {
  const { path, file } = await repository.release("1.2.3");
  const kiosk = await repository.kiosk();
  const got = await kiosk.update(path);
  expect(got).toMatchObject({ ok: true });
  if (got.ok) expect(await readFile(got.value.file)).toEqual(await readFile(file));
});
