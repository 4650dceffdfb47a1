-- What is interviewed for, and the plan of the interview: one editable draft, immutable numbered versions.
create table positions (
  tenant_id text not null references tenants (tenant_id),
  id text not null,
  title text not null,
  description text not null,
  competencies text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (tenant_id, id)
);

create table plans (
  tenant_id text not null,
  position_id text not null,
  plan text not null,
  saved_at bigint not null,
  primary key (tenant_id, position_id),
  foreign key (tenant_id, position_id) references positions (tenant_id, id)
);

create table plan_versions (
  tenant_id text not null,
  id text not null,
  position_id text not null,
  number bigint not null,
  plan text not null,
  competencies text not null,
  minutes bigint not null,
  voice text not null,
  published_at bigint not null,
  published_by text not null,
  primary key (tenant_id, id),
  unique (tenant_id, position_id, number),
  foreign key (tenant_id, position_id) references positions (tenant_id, id)
);

-- Texts that are synthesized ahead. The owner is a plan version, or an invitation for texts that name a candidate.
create table renders (
  tenant_id text not null references tenants (tenant_id),
  owner_id text not null,
  text_hash text not null,
  voice text not null,
  text text not null,
  rendered_at bigint,
  failed_at bigint,
  primary key (tenant_id, owner_id, text_hash)
);
