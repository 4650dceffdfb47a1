-- Companies, the people who work there, and the doors through which a request finds its tenant.
-- Times are microseconds since the Unix epoch. Flags are nullable times. JSON is text.
create table tenants (
  tenant_id text not null primary key,
  name text not null,
  contact_email text not null,
  created_at bigint not null
);

-- Maps the hash of a secret (or of an e-mail address) to a tenant and one of its rows, before the tenant is known.
-- kinds: sign_in_link, operator, member_session, email, invitation, candidate_session, append
create table doors (
  kind text not null,
  hash text not null,
  tenant_id text not null references tenants (tenant_id),
  target_id text not null,
  expires_at bigint,
  primary key (kind, hash)
);
create index doors_by_target on doors (tenant_id, kind, target_id);

create table members (
  tenant_id text not null references tenants (tenant_id),
  id text not null,
  email text not null,
  name text not null,
  role text not null,
  password_hash text,
  created_at bigint not null,
  primary key (tenant_id, id),
  unique (tenant_id, email)
);

create table sign_in_links (
  tenant_id text not null,
  id text not null,
  member_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);

create table member_sessions (
  tenant_id text not null,
  id text not null,
  member_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);

create table audit_events (
  tenant_id text not null references tenants (tenant_id),
  id text not null,
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail text not null,
  primary key (tenant_id, id)
);
