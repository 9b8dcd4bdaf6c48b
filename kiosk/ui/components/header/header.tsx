import type { ViewState } from "../../../contract/messages.ts";
import { useKiosk } from "../../kiosk-context.ts";
import "./header.css";

/** Whose house this is, which service is open and how far one has come. Holds nothing to touch: it is out of many people's reach. */
export function Header({ state }: { readonly state: ViewState }) {
  const { t } = useKiosk();
  const { step } = state;
  return (
    <header class="header">
      <div class="header__stripe" aria-hidden="true" />
      <div class="header__row">
        <p class="header__place">
          <strong>{state.kiosk.place}</strong>
          <span>{t.stateService}</span>
        </p>
      </div>
      {state.service && (
        <div class="header__journey">
          <p class="header__service">{state.service.text}</p>
          {step && <p class="header__step">{t.step(step.current, step.total)}</p>}
          {step && (
            <div class="header__bar" aria-hidden="true">
              {Array.from({ length: step.total }, (_, place) => (
                <span key={place} class={place < step.current ? "header__mark header__mark--done" : "header__mark"} />
              ))}
            </div>
          )}
        </div>
      )}
    </header>
  );
}
