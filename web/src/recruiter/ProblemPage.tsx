import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { Button } from "../components/ui/Button";
import { EmptyState } from "../components/ui/EmptyState";
import { WarnIcon } from "../components/ui/icons";
import { isStatus, words } from "./errors";
import { Heading, Title } from "./Heading";
import styles from "./layout.module.css";

/** A page that could not be loaded: what happened and what to do. */
export function ProblemPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  useEffect(reset, [reset]);
  if (isStatus(error, 404) || isStatus(error, 400)) return <NotFoundPage />;
  return (
    <div className={styles.page} role="alert">
      <Title>Something went wrong</Title>
      <Heading>Something went wrong</Heading>
      <EmptyState
        action={<Button onClick={() => void router.invalidate()}>Try again</Button>}
        icon={<WarnIcon size={28} />}
        title="This page could not be loaded"
      >
        {words(error)}
      </EmptyState>
    </div>
  );
}

/** Nothing is at this address, or it is not ours to see. */
export function NotFoundPage() {
  return (
    <div className={styles.page}>
      <Title>Not found</Title>
      <Heading>Not found</Heading>
      <EmptyState action={<Link to="/">Go to Home</Link>} icon={<WarnIcon size={28} />} title="There is nothing here">
        The address may be mistyped, or what was here is gone.
      </EmptyState>
    </div>
  );
}
