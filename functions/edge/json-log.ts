/**
 * Logs a fact as one line of JSON. Lambda's own JSON format puts it under `message`, as an object only when it is given
 * one: text would stay text there, and no query could ask for its fields.
 */
export const logLine = (line: object): void => {
  console.log(line);
};
