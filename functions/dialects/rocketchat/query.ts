/** Whether to refresh: only the exact text `true`, given once, does; Rocket.Chat passes over everything else. */
export const asksForRefresh = (query: URLSearchParams): boolean => {
  const values = query.getAll("refresh");
  return values.length === 1 && values[0] === "true";
};
