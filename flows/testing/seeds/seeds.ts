import type { RuleName } from "../../checker/proof.ts";
import type { ReadService } from "../../compiler/compile.ts";
import { askedTwice } from "./asked.ts";
import { spoiltMachines } from "./built.ts";
import { edited, read } from "./edit.ts";
import { badlyHanded } from "./handed.ts";
import { withPapers } from "./papers.ts";
import { badlySigned } from "./signed.ts";
import { prepare, type Sources } from "./sources.ts";
import { withoutWayBack } from "./way-back.ts";
import { definitions } from "./written.ts";

/** A bad service that exactly one rule refuses: without that rule it would reach citizens. */
export type Seed = { readonly rule: RuleName; readonly name: string; readonly service: ReadService };

/** Seeds for every rule, made from services that come with the kiosk. */
export function seedsFrom(sources: Sources): readonly Seed[] {
  const prepared = prepare(sources);
  return [
    ...[...definitions(prepared), ...askedTwice(prepared), ...withPapers(prepared)].map(
      ([rule, name, source, ...edits]) => ({
        rule,
        name,
        service: read(edited(source, ...edits)),
      }),
    ),
    ...[spoiltMachines, withoutWayBack, badlyHanded, badlySigned]
      .flatMap((seeds) => seeds(prepared))
      .map(([rule, name, service]) => ({
        rule,
        name,
        service,
      })),
  ];
}
