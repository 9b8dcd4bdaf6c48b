import type { Text } from "../../../../base/contracts/view.ts";
import { Icon } from "../icon/icon.tsx";
import "./problem-note.css";

/** What was wrong with the last answer, in a place that screen readers watch. */
export function ProblemNote({ problem }: { readonly problem: Text | undefined }) {
  return (
    <div role="alert" class="problem-note">
      {problem && (
        <p>
          <Icon name="alert" />
          <span>{problem.text}</span>
        </p>
      )}
    </div>
  );
}
