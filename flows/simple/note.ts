/**
 * One thing of the exported process that did not come over as it was. Nothing is dropped without one.
 *
 * - `kept`: SIMPLE goes on doing it, after the kiosk has handed the application in
 * - `replaced`: the kiosk does it in another way
 * - `left-out`: the kiosk does without
 * - `prevents`: without it SIMPLE does not take the application, or the kiosk would ask the wrong things: a person must decide
 */
export type Note = {
  readonly fate: "kept" | "replaced" | "left-out" | "prevents";
  /** Where it stands in the export, e.g. `form "Datos", field "foto" (file)`. */
  readonly place: string;
  readonly what: string;
  /** What the author does about it. */
  readonly remedy: string;
};

const FATES: { readonly [F in Note["fate"]]: string } = {
  prevents: "What stands in the way",
  replaced: "What the kiosk does in another way",
  "left-out": "What the kiosk does without",
  kept: "What SIMPLE goes on doing",
};

/** The notes as a page for the author. */
export function notesPage(process: string, notes: readonly Note[]): string {
  const parts = (Object.keys(FATES) as (keyof typeof FATES)[]).flatMap((fate) => {
    const these = notes.filter((note) => note.fate === fate);
    if (these.length === 0) return [];
    return [`## ${FATES[fate]}`, "", ...these.map(inWords), ""];
  });
  return [
    `# What became of "${process}"`,
    "",
    "Made by the import of a process of SIMPLE. Go through it line by line before the service is offered.",
    "",
    ...(parts.length === 0 ? ["Everything came over as it was.", ""] : parts),
  ].join("\n");
}

function inWords({ place, what, remedy }: Note): string {
  return `- **${place}**: ${what}. ${remedy}`;
}
