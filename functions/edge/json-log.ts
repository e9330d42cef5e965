/** Logs a fact as one line of JSON, as CloudWatch and everything else reads it. */
export const logLine = (line: object): void => {
  console.log(JSON.stringify(line));
};
