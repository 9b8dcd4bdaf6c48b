import type { Result } from "../../base/result.ts";
import { PROOFS, proofOf, type Refusal } from "../checker/proof.ts";
import type { Verdict } from "../checker/prove.ts";
import type { DefinitionError } from "../compiler/source.ts";

/** What was found out about the definition in one folder. */
export type DefinitionReport = {
  readonly folder: string;
  readonly proof: Result<Verdict, readonly DefinitionError[]>;
};

/**
 * The table of proofs, one line a service, and in words what does not hold.
 *
 * @returns `holds` when every property of every service is proved.
 */
export function printReports(reports: readonly DefinitionReport[]): {
  readonly table: string;
  readonly mistakes: string;
  readonly holds: boolean;
} {
  const width = Math.max(...reports.map((report) => nameOf(report).length), "service".length) + 2;
  const head = ["service".padEnd(width), ...PROOFS.map((proof) => proof.padEnd(8)), "states"];
  const rows = reports.map((report) => [nameOf(report).padEnd(width), ...cells(report)]);
  return {
    table: `${[head, ...rows].map((line) => line.join("").trimEnd()).join("\n")}\n`,
    mistakes: reports
      .flatMap(mistakesOf)
      .map((text) => `\n${text}\n`)
      .join(""),
    holds: reports.every(({ proof }) => proof.ok && proof.value.refusals.length === 0),
  };
}

function nameOf({ folder, proof }: DefinitionReport): string {
  return proof.ok ? proof.value.service.id : folder;
}

function cells({ proof }: DefinitionReport): string[] {
  if (!proof.ok) return ["cannot be read"];
  const refused = new Set(proof.value.refusals.map(({ rule }) => proofOf(rule)));
  return [
    ...PROOFS.map((name) => (refused.has(name) ? "REFUSED" : "proved").padEnd(8)),
    `${proof.value.states} states, ${proof.value.events} events`,
  ];
}

function mistakesOf({ proof }: DefinitionReport): string[] {
  return proof.ok ? proof.value.refusals.map(refusalInWords) : proof.error.map(mistakeInWords);
}

function mistakeInWords({ file, line, path, problem, remedy }: DefinitionError): string {
  return `${file}:${line}${path === "" ? "" : ` (${path})`}\n  ${problem}\n  ${remedy}`;
}

function refusalInWords(refusal: Refusal): string {
  const { rule, state, way } = refusal;
  return [
    mistakeInWords(refusal),
    `  rule ${rule}${state === "" ? "" : `, in state ${state}`}`,
    ...(way.length === 0
      ? []
      : ["  the shortest way there:", ...way.map((line, index) => `    ${index + 1}. ${line}`)]),
  ].join("\n");
}
