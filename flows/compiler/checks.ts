import type { Locale } from "../../base/contracts/view.ts";
import type { TextTable } from "../engine/text-table.ts";
import type { ReceiptTemplate } from "../receipts/template.ts";
import { checkContent } from "./check-content.ts";
import { checkStructure } from "./check-structure.ts";
import type { Definition } from "./definition.ts";
import type { DefinitionError, Source } from "./source.ts";

/** A definition as it was read, with its files for the places of errors. */
export type Checked = {
  readonly definition: Definition;
  readonly receipts: ReadonlyMap<string, ReceiptTemplate>;
  readonly texts: { readonly [L in Locale]?: TextTable };
  readonly files: {
    readonly service: Source;
    readonly receipts: Source | undefined;
    readonly texts: { readonly [L in Locale]?: Source };
  };
};

/** All that is wrong with a definition. What it says is only judged once the steps hang together. */
export function checkDefinition(checked: Checked): DefinitionError[] {
  const structure = checkStructure(checked);
  return structure.length > 0 ? structure : checkContent(checked);
}
