import type { Observable } from "../../base/observable.ts";
import { isNobodys, type ViewState } from "../contract/messages.ts";

/**
 * Calls `renew` once, when the screen stands before nobody again after it stood before a citizen: the page, and with it the process
 * that drew it, has had that citizen's data in its memory, which no script can wipe.
 */
export function renewAfterCitizen(view: Observable<ViewState | undefined>, renew: () => void): void {
  let served = false;
  const unsubscribe = view.subscribe((state) => {
    if (state === undefined) return;
    if (!isNobodys(state)) served = true;
    else if (served) {
      unsubscribe();
      renew();
    }
  });
}
