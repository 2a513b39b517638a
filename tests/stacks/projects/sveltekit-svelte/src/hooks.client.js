import { start } from "pagemend/client";

const guard = start();

export const handleError = ({ error }) => guard.report(error);
