import { Page } from "../components/page.tsx";
import { t } from "../texts/texts.ts";

export function NotFoundPage() {
  const { notFound } = t.value;
  return (
    <Page title={notFound.title} lead={notFound.lead}>
      <a class="button" href="/">
        {notFound.home}
      </a>
    </Page>
  );
}
