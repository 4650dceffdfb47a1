// The recruiter's own settings: profile, password, appearance.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Heading, Title } from "../recruiter/Heading";
import layout from "../recruiter/layout.module.css";
import { meQuery } from "../recruiter/queries";
import { AppearanceForm } from "../recruiter/settings/AppearanceForm";
import { PasswordForm } from "../recruiter/settings/PasswordForm";
import { ProfileForm } from "../recruiter/settings/ProfileForm";
import { SettingsTabs } from "../recruiter/settings/SettingsTabs";
import { Today } from "../recruiter/settings/Today";
import { insideRoute } from "./inside";

export const settingsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/settings",
  component: SettingsPage,
});

function SettingsPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <div className={`${layout.page} ${layout.narrow}`}>
      <Title>Settings</Title>
      <Heading
        facts={
          <span dir="auto">
            {me.member.role} at {me.tenant.name}
          </span>
        }
      >
        Settings
      </Heading>
      <SettingsTabs />
      <PasswordForm email={me.member.email} hasPassword={me.has_password} />
      <ProfileForm me={me} />
      <AppearanceForm />
      <Today />
    </div>
  );
}
