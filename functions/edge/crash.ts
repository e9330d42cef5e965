/** What a log line tells of something that was thrown. */
export const crashOf = (thrown: unknown): { error: string; message: string; stack: string | undefined } => {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { error: name, message, stack };
};
