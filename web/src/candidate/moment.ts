/** A time to come back at, in the reader's zone: the hour alone today, else the day too, with the zone named. */
export function moment(at: number, now: number, language?: string): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const hour = { hour: "numeric", minute: "2-digit" } as const;
  if (sameDay) return new Intl.DateTimeFormat(language, hour).format(at);
  const day = { weekday: "long", month: "long", day: "numeric", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat(language, { ...day, ...hour }).format(at);
}
