/** What is told of people over a time, by the name that `GET /v1/activity` gives it. */
export const PEOPLE = {
  activeUsers:
    "Different users seen in the last day that is over in the time zone (daily active users), and in the 7 and the 30 days that end with it (weekly and monthly active users).",
  active: "Different users seen in the range.",
  new: "Of them those never seen before, in all of the history.",
  returning: "Of them those seen before, but not in the time of the same length before the range.",
  retained: "Of them those who were seen in the time before, too.",
  lost: "Users seen in the time before, and not in the range.",
} as const;
