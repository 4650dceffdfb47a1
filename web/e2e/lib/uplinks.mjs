// A home with two ways to the server, one in use at a time.
import { build, run } from "./home.mjs";

/** Builds it. `change` takes the other way: new address, new route, the old ones are gone at once. */
export const uplinks = () => {
  const home = build();
  const ways = home.nets.map((net, at) => ({ net, here: `up${at}h${process.pid}n${home.number}`, there: `up${at}` }));
  for (const { net, here, there } of ways) {
    run(
      `ip link add ${here} type veth peer ${there} netns ${home.name}; ip addr add ${net}.1/24 dev ${here}; ip link set ${here} up`,
    );
  }
  let used = -1;
  const change = () => {
    const old = ways[used];
    used = (used + 1) % ways.length;
    const { net, there } = ways[used];
    if (old) home.inside(`link set ${old.there} down`);
    home.inside(`addr flush dev ${there}`);
    home.inside(`addr add ${net}.2/24 dev ${there}`);
    home.inside(`link set ${there} up`);
    home.inside(`route replace default via ${net}.1`);
  };
  change();
  return { ...home, change };
};
