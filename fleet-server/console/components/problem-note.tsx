import type { Problem } from "../api/problem.ts";
import { clockTime } from "../format/time.ts";
import { t } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";

/** What went wrong, in place, with what to do. `staleSince` says how old is what is still shown below. */
export function ProblemNote({
  problem,
  retry,
  staleSince,
}: {
  readonly problem: Problem | undefined;
  readonly retry?: () => void;
  readonly staleSince?: number | undefined;
}) {
  if (problem === undefined) return null;
  const refusals: { readonly [code: string]: readonly string[] | undefined } = t.value.refusals;
  const [what, action] = refusals[problem.code] ?? t.value.problem[problem.kind];
  const detail = [problem.code, problem.message].filter((part) => part !== "").join(": ");
  return (
    <div class="note tone-critical" role="alert">
      <Icon name={problem.kind === "offline" ? "offline" : "warning"} />
      <div class="note__words">
        <p>
          <strong>{what}.</strong> {action}
          {staleSince !== undefined && <> {t.value.problem.stale(clockTime(staleSince))}</>}
        </p>
        {detail !== "" && (
          <p class="note__detail">
            {t.value.problem.detail}: <code>{detail}</code>
          </p>
        )}
      </div>
      {retry && (
        <button type="button" class="button button--small" onClick={retry}>
          {t.value.retry}
        </button>
      )}
    </div>
  );
}
