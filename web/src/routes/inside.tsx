// Everything behind the sign-in: asks who is there, and shows the frame with the three places.
import { createRoute, Outlet, redirect } from "@tanstack/react-router";
import { isStatus } from "../recruiter/errors";
import { Frame } from "../recruiter/Frame";
import { meQuery } from "../recruiter/queries";
import { rootRoute } from "./root";

export const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "inside",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (isStatus(error, 401)) throw redirect({ to: "/signin", search: { to: location.href }, replace: true });
      throw error;
    }
  },
  component: Inside,
});

function Inside() {
  return (
    <Frame>
      <Outlet />
    </Frame>
  );
}
