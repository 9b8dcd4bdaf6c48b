import { writeSync } from "node:fs";
import { commitRow, committedRows, openRows } from "./embedded-rows.ts";

/** Opens the directory, says what it found (`have <n>`), then commits rows and says each (`<n>`) until it is killed. */
const { database } = await openRows(process.argv[2] ?? "");
let n = await committedRows(database);
writeSync(1, `have ${n}\n`);
for (;;) {
  await commitRow(database, ++n);
  writeSync(1, `${n}\n`);
  if (n % 40 === 0) await database.exec("checkpoint");
}
