import type { ViewState } from "../../../contract/messages.ts";
import { useKiosk } from "../../kiosk-context.ts";
import { Button } from "../button/button.tsx";
import "./footer.css";

/** The same on every screen, each thing always in its place: leave at the left, languages in the middle, help in the right corner. */
export function Footer({ state }: { readonly state: ViewState }) {
  const { can, t } = useKiosk();
  const others = can("SET_LOCALE") ? state.locales.filter((locale) => locale.id !== state.locale) : [];
  // An overlay that asks about leaving has the answer among its own buttons.
  const leave = can("LEAVE") && (state.overlay === undefined || state.overlay.kind === "help");
  return (
    <footer class="footer">
      <div class="footer__leave">{leave && <Button label={t.leave} icon="leave" intent={{ type: "LEAVE" }} />}</div>
      <nav class="footer__languages" aria-label={t.languages}>
        {others.map((locale) => (
          <Button
            key={locale.id}
            label={locale.name}
            icon="globe"
            lang={locale.id}
            intent={{ type: "SET_LOCALE", locale: locale.id }}
          />
        ))}
      </nav>
      <div class="footer__help">{can("HELP") && <Button label={t.help} icon="help" intent={{ type: "HELP" }} />}</div>
    </footer>
  );
}
