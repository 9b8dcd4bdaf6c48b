import { Page } from "../../components/page.tsx";

export function RolloutPage({ id }: { readonly id: string }) {
  return <Page title={id}>{null}</Page>;
}
