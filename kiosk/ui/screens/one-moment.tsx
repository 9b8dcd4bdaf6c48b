import { useLayoutEffect } from "preact/hooks";
import { LOCALES, type Locale } from "../../../base/contracts/view.ts";
import { Busy } from "../components/busy/busy.tsx";
import { TEXTS } from "../texts/texts.ts";
import "./one-moment.css";

/** Shown while there is no view to draw. In every language until the first view has told which one is wanted. */
export function OneMoment({ locale }: { readonly locale: Locale | undefined }) {
  const locales = locale === undefined ? LOCALES : [locale];
  useLayoutEffect(() => {
    document.title = TEXTS[locale ?? LOCALES[0]].oneMoment;
  }, [locale]);
  return (
    <main class="one-moment">
      <div class="header__stripe" aria-hidden="true" />
      <div class="one-moment__words" role="status">
        {locales.map((each, place) => (
          <section key={each} lang={each}>
            {place === 0 ? <h1>{TEXTS[each].oneMoment}</h1> : <h2>{TEXTS[each].oneMoment}</h2>}
            <p>{TEXTS[each].oneMomentBody}</p>
          </section>
        ))}
      </div>
      <Busy />
    </main>
  );
}
