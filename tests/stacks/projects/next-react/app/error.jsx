"use client";
import { useEffect } from "react";
import { useGuard } from "pagemend/react";

// Shows nothing: an empty page is the guard's to explain.
export default function ErrorPage({ error }) {
  const guard = useGuard();
  useEffect(() => guard.report(error), [guard, error]);
  return null;
}
