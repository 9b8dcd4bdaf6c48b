import { expect, test } from "vitest";
import { json, openDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";

test("an empty embedded database takes every migration, and instants come back as numbers", async () => {
  const { db, close } = await openDatabase({ url: undefined, directory: undefined });
  try {
    await migrate(db);
    await migrate(db);
    const at = Date.UTC(2026, 10, 23);
    await db
      .insertInto("kiosk")
      .values({
        ...{ id: "k-1", place: "Oficina", site: "Santiago", ring: "general", tags: json(["a"]), time_zone: "UTC" },
        ...{ opening_hours: null, notes: "", created_at: at, enrolled_at: null, retired_at: null },
        ...{ desired_revision: 1, condition: "never-seen", condition_rank: 4, service_state: "unknown" },
        ...{ release: null, update_state: null },
      })
      .execute();
    expect(await db.selectFrom("kiosk").select(["created_at", "tags"]).executeTakeFirst()).toEqual({
      created_at: at,
      tags: ["a"],
    });
  } finally {
    await close();
  }
});

test("the audit trail refuses to be changed", async () => {
  const { db, close } = await openDatabase({ url: undefined, directory: undefined });
  try {
    await migrate(db);
    const entry = { number: 1, at: 1, actor: "a", action: "b", subject: "c", details: "{}", previous: "", hash: "x" };
    await db.insertInto("audit").values(entry).execute();
    await expect(db.deleteFrom("audit").execute()).rejects.toThrow(/append-only/);
    await expect(db.updateTable("audit").set({ actor: "z" }).execute()).rejects.toThrow(/append-only/);
  } finally {
    await close();
  }
});
