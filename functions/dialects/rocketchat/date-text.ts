const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => String(value).padStart(2, "0");

/**
 * The text form of a JavaScript date (ECMA-262, Date.prototype.toString) as a server in UTC writes it, whatever the time
 * zone of this process: `Sat Feb 24 2018 12:44:45 GMT+0000 (Coordinated Universal Time)`.
 * @param instant milliseconds since 1970 UTC.
 */
export const dateText = (instant: number): string => {
  const date = new Date(instant);
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${day} ${String(date.getUTCFullYear()).padStart(4, "0")} ${time} GMT+0000 (Coordinated Universal Time)`;
};
