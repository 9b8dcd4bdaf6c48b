import { now } from "../app/ticker.ts";
import { dayTime, exact, relative } from "../format/time.ts";

/**
 * How long ago. The exact time shows on hover and when anything in the same row has the focus, and stands in the text for screen
 * readers; `full` writes it out.
 */
export function Since({ at, full = false }: { readonly at: number; readonly full?: boolean }) {
  const whole = exact(at);
  return (
    <time class="since" dateTime={new Date(at).toISOString()} data-exact={full ? undefined : whole}>
      {relative(at, now.value)}
      {full ? ` (${dayTime(at)})` : <span class="unseen">, {whole}</span>}
    </time>
  );
}
