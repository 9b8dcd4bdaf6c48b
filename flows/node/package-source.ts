import { LOCALES } from "../../base/contracts/view.ts";
import { usedParts } from "../compiler/parts.ts";
import type { PartFile, ServiceSource, SourceFile } from "../compiler/source.ts";

/** The files of a definition, by their names in its folder, as a package holds them. */
export type DefinitionFiles = { readonly [name: string]: string };

/** A definition's files as the compiler reads them. */
export function sourceOf(files: DefinitionFiles): ServiceSource {
  const file = (name: string): SourceFile => ({ name, text: files[name] ?? "" });
  const texts = LOCALES.filter((locale) => files[`texts.${locale}.yaml`] !== undefined);
  return {
    service: file("service.yaml"),
    texts: Object.fromEntries(texts.map((locale) => [locale, file(`texts.${locale}.yaml`)])),
    ...(files["receipts.yaml"] === undefined ? {} : { receipts: file("receipts.yaml") }),
    parts: Object.fromEntries(
      Object.keys(files).flatMap((name): [string, PartFile][] => {
        const [, part] = PART.exec(name) ?? [];
        return part === undefined ? [] : [[part, { ...file(name), shared: false }]];
      }),
    ),
  };
}

const PART = /^part\.(.+)\.yaml$/;

/** The opposite: what of a definition goes into a package. Parts lie beside the service there, and only those that it uses. */
export function filesOf(source: ServiceSource): DefinitionFiles {
  const { service, texts, receipts, parts = {} } = source;
  const files: { [name: string]: string } = { "service.yaml": service.text };
  for (const [locale, file] of Object.entries(texts)) files[`texts.${locale}.yaml`] = file.text;
  if (receipts !== undefined) files["receipts.yaml"] = receipts.text;
  for (const name of usedParts(source)) files[`part.${name}.yaml`] = parts[name]?.text ?? "";
  return files;
}
