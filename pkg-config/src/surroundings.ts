// Where a bundle runs.

/**
 * In a page that people see. Servers and workers have no window; jsdom and happy-dom, which unit tests run in, lay nothing out and load no page anew, so that
 * each of their pages is blank.
 */
export const inPage = (): boolean => typeof window !== "undefined" && !/\b(jsdom|HappyDOM)\//.test(navigator.userAgent);
