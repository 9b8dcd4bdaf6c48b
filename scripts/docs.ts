import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ALERTS } from "../base/registry/alerts.ts";
import { alertsDocument, errorsDocument, eventsDocument } from "../base/registry/document.ts";
import { ERRORS } from "../base/registry/errors.ts";
import { EVENTS } from "../base/registry/events.ts";
import { definitionSchema } from "../flows/compiler/definition-schema.ts";

/** The documents that are made from registries and schemas, by their path from the project's root. */
export const GENERATED_DOCUMENTS: { readonly [path: string]: () => string } = {
  "docs/operate/alerts.generated.md": () => alertsDocument(ALERTS),
  "docs/operate/errors.generated.md": () => errorsDocument(ERRORS),
  "docs/operate/events.generated.md": () => eventsDocument(EVENTS),
  "docs/service-definition.generated.json": definitionSchema,
};

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  for (const [path, make] of Object.entries(GENERATED_DOCUMENTS)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), make());
    console.log(path);
  }
}
