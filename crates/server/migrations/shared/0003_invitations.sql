-- Who is invited to which position, by which link. A link's secret is stored as its SHA-256 only.
create table candidates (
  tenant_id text not null references tenants (tenant_id),
  id text not null,
  name text not null,
  email text not null,
  email_key text not null,
  created_at bigint not null,
  primary key (tenant_id, id),
  unique (tenant_id, email_key)
);

create table applications (
  tenant_id text not null,
  id text not null,
  position_id text not null,
  candidate_id text not null,
  created_at bigint not null,
  primary key (tenant_id, id),
  unique (tenant_id, position_id, candidate_id),
  foreign key (tenant_id, position_id) references positions (tenant_id, id),
  foreign key (tenant_id, candidate_id) references candidates (tenant_id, id)
);

create table invitations (
  tenant_id text not null,
  id text not null,
  application_id text not null,
  plan_version_id text not null,
  secret_hash text not null,
  created_at bigint not null,
  opens_at bigint,
  expires_at bigint not null,
  revoked_at bigint,
  finished_at bigint,
  sent_at bigint,
  primary key (tenant_id, id),
  foreign key (tenant_id, application_id) references applications (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id)
);
create index invitations_by_application on invitations (tenant_id, application_id, created_at);

create table candidate_sessions (
  tenant_id text not null,
  id text not null,
  invitation_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  primary key (tenant_id, id),
  foreign key (tenant_id, invitation_id) references invitations (tenant_id, id)
);
