import type { Result } from "../../base/result.ts";
import { type Language, type Told, told } from "../../base/told.ts";
import { PROOFS, proofOf, type Refusal } from "../checker/proof.ts";
import type { Verdict } from "../checker/prove.ts";
import { type DefinitionError, useInWords } from "../compiler/source.ts";

/** What was found out about the definition in one folder. */
export type DefinitionReport = {
  readonly folder: string;
  readonly proof: Result<Verdict, readonly DefinitionError[]>;
};

/** What stands around the findings. Names of proofs and rules are names: they are the same in every language. */
const WORDS = {
  service: told("service", "servicio"),
  states: told("states", "estados"),
  events: told("events", "eventos"),
  proved: told("proved", "bien"),
  refused: told("REFUSED", "RECHAZA"),
  unread: told("cannot be read", "no se puede leer"),
  rule: told("rule", "regla"),
  inState: told("in state", "en el estado"),
  way: told("the shortest way there", "el camino más corto hasta ahí"),
} satisfies { readonly [word: string]: Told };

/**
 * The table of proofs, one line a service, and in words what does not hold.
 *
 * @param language of the table and of what stands around the findings; the findings are in that in which they were proved.
 * @returns `holds` when every property of every service is proved.
 */
export function printReports(
  reports: readonly DefinitionReport[],
  language: Language = "en",
): {
  readonly table: string;
  readonly mistakes: string;
  readonly holds: boolean;
} {
  const width = Math.max(...reports.map((report) => nameOf(report).length), WORDS.service[language].length) + 2;
  const head = [
    WORDS.service[language].padEnd(width),
    ...PROOFS.map((proof) => proof.padEnd(8)),
    WORDS.states[language],
  ];
  const rows = reports.map((report) => [nameOf(report).padEnd(width), ...cells(report, language)]);
  return {
    table: `${[head, ...rows].map((line) => line.join("").trimEnd()).join("\n")}\n`,
    mistakes: reports
      .flatMap((report) => mistakesOf(report, language))
      .map((text) => `\n${text}\n`)
      .join(""),
    holds: reports.every(({ proof }) => proof.ok && proof.value.refusals.length === 0),
  };
}

function nameOf({ folder, proof }: DefinitionReport): string {
  return proof.ok ? proof.value.service.id : folder;
}

function cells({ proof }: DefinitionReport, language: Language): string[] {
  if (!proof.ok) return [WORDS.unread[language]];
  const refused = new Set(proof.value.refusals.map(({ rule }) => proofOf(rule)));
  const { states, events } = proof.value;
  return [
    ...PROOFS.map((name) => (refused.has(name) ? WORDS.refused : WORDS.proved)[language].padEnd(8)),
    `${states} ${WORDS.states[language]}, ${events} ${WORDS.events[language]}`,
  ];
}

function mistakesOf({ proof }: DefinitionReport, language: Language): string[] {
  return proof.ok
    ? proof.value.refusals.map((refusal) => refusalInWords(refusal, language))
    : proof.error.map((mistake) => mistakeInWords(mistake, language));
}

function mistakeInWords(mistake: DefinitionError, language: Language): string {
  const { file, line, path, problem, remedy, usedIn = [] } = mistake;
  const used = usedIn.map((use) => `\n  ${useInWords(use)[language]}`).join("");
  return `${file}:${line}${path === "" ? "" : ` (${path})`}${used}\n  ${problem}\n  ${remedy}`;
}

function refusalInWords(refusal: Refusal, language: Language): string {
  const { rule, state, way } = refusal;
  return [
    mistakeInWords(refusal, language),
    `  ${WORDS.rule[language]} ${rule}${state === "" ? "" : `, ${WORDS.inState[language]} ${state}`}`,
    ...(way.length === 0
      ? []
      : [`  ${WORDS.way[language]}:`, ...way.map((line, index) => `    ${index + 1}. ${line}`)]),
  ].join("\n");
}
