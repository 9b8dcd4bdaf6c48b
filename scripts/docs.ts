import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ALERTS } from "../base/registry/alerts.ts";
import { alertsDocument, errorsDocument, eventsDocument } from "../base/registry/document.ts";
import { ERRORS } from "../base/registry/errors.ts";
import { EVENTS } from "../base/registry/events.ts";
import { rulesDocument } from "../flows/checker/rule-words.ts";
import { definitionSchema, partFileSchema } from "../flows/compiler/definition-schema.ts";
import { devicesDocument, mergedTable } from "../tests/support/contract-table.ts";

const ROOT = join(import.meta.dirname, "..");
/** The results that docs/devices.generated.md shows; `npm test` leaves those of its own run in `out`. */
const DEVICES = join(ROOT, "docs", "devices.generated.json");

/** The documents that are made from registries, schemas and from test results, by their path from the project's root. */
export const GENERATED_DOCUMENTS: { readonly [path: string]: () => string } = {
  "docs/devices.generated.md": () => devicesDocument(JSON.parse(readFileSync(DEVICES, "utf8"))),
  "docs/operate/alerts.generated.md": () => alertsDocument(ALERTS),
  "docs/operate/errors.generated.md": () => errorsDocument(ERRORS),
  "docs/operate/events.generated.md": () => eventsDocument(EVENTS),
  "docs/service-definition.generated.json": definitionSchema,
  "docs/service-part.generated.json": partFileSchema,
  "docs/service-rules.es.generated.md": () => rulesDocument("es"),
  "docs/service-rules.generated.md": () => rulesDocument("en"),
};

if (import.meta.main) {
  const [flag, ...further] = process.argv.slice(2);
  if (flag === "--devices") {
    const tables = [join(ROOT, "out", "test", "transports.json"), ...further].map((file) =>
      JSON.parse(readFileSync(file, "utf8")),
    );
    writeFileSync(DEVICES, `${JSON.stringify(mergedTable(tables), null, 2)}\n`);
  }
  for (const [path, make] of Object.entries(GENERATED_DOCUMENTS)) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), make());
    console.log(path);
  }
}
