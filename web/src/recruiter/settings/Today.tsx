import { useQuery } from "@tanstack/react-query";
import { length } from "../../components/ui/times";
import layout from "../layout.module.css";
import { usageQuery } from "../queries";
import { count, money } from "../words";

/** What today's interviews cost the company so far, and what is left of the day's budget. */
export function Today() {
  const { data: day } = useQuery(usageQuery);
  if (!day) return null;
  return (
    <section aria-label="Provider cost today" className={layout.card}>
      <h2 className={layout.cardHeading}>Provider cost today</h2>
      <p className={layout.number}>
        {money(day.cost_micros)} of {money(day.limit_micros)} spent
        {day.held_micros > 0 && `, ${money(day.held_micros)} set aside for interviews that run`};{" "}
        {money(day.left_micros)} left.
      </p>
      <p className={`${layout.muted} ${layout.small} ${layout.number}`}>
        {count(day.legs, "connection")}, {length(day.used_ms)} in all. {day.live} of {day.limit_live} run now. The day{" "}
        {day.day} is counted by UTC. The voice engine of your own server costs nothing.
      </p>
    </section>
  );
}
