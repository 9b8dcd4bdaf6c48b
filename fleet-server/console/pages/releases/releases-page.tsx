import { Page } from "../../components/page.tsx";
import { t } from "../../texts/texts.ts";

export function ReleasesPage() {
  return <Page title={t.value.releases.title}>{null}</Page>;
}
