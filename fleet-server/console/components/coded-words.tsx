import { technicalTexts } from "../texts/technical-texts.ts";
import { t } from "../texts/texts.ts";

/** What a registered code says in the chosen language; without words the code itself. */
export function errorTitle(code: string): string {
  return technicalTexts.value.errors[code] ?? code;
}

/** A failure in words, with the code and the English detail for who repairs it. */
export function CodedWords({ code, message }: { readonly code: string; readonly message?: string | null }) {
  return (
    <>
      <span>{errorTitle(code)}</span>
      <details class="technical">
        <summary>{t.value.technical}</summary>
        <code>{code}</code>
        {message && <p lang="en">{message}</p>}
      </details>
    </>
  );
}
