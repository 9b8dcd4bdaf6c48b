import type { OpenedPackage } from "../../base/node/service-package.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { proveDefinition } from "../checker/prove.ts";
import { whereInWords } from "../compiler/source.ts";
import { sourceOf } from "./package-source.ts";

/** Proves the definition in a package. Takes about a second, and nothing else runs meanwhile: a kiosk calls it in a process of its own. */
export function provePackage(opened: OpenedPackage): Result<void, CodedError> {
  const proof = proveDefinition(sourceOf(opened.files));
  const unproved = (what: string) => err(coded("service.package-unproved", what));
  if (!proof.ok) {
    const [mistake] = proof.error;
    return unproved(mistake === undefined ? "" : `${whereInWords(mistake)} ${mistake.problem}`);
  }
  const [refusal] = proof.value.refusals;
  return refusal === undefined ? ok() : unproved(`${refusal.rule}: ${whereInWords(refusal)} ${refusal.problem}`);
}
